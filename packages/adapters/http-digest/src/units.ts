const SCRATCH_UNITS = 4_096
const scratch = new Uint16Array(SCRATCH_UNITS)
const scratchBytes = Buffer.from(scratch.buffer)

/**
 * The UTF-16 units of a text, with a zero behind them: an array is looked at in a third of the time that a string takes. Usual
 * headers share one array, so it holds only until the next call.
 */
export function unitsOf(text: string): Uint16Array {
  const { length } = text
  let units = scratch
  if (length < SCRATCH_UNITS) scratchBytes.write(text, 'utf16le')
  else {
    units = new Uint16Array(length + 1)
    Buffer.from(units.buffer).write(text, 'utf16le')
  }
  units[length] = 0
  return units
}

/** The text that these units are. */
export function textOf(units: Uint16Array): string {
  return Buffer.from(units.buffer, units.byteOffset, units.byteLength).toString('utf16le')
}

/** A set of ASCII characters, to be asked by unit: 1 for its members. */
export function asciiSet(members: string): Uint8Array {
  return Uint8Array.from({ length: 128 }, (_, unit) => (members.includes(String.fromCharCode(unit)) ? 1 : 0))
}

/** Where the run of members of `set` that begins at `from` ends. No set holds the zero behind the text. */
export function afterRun(units: Uint16Array, from: number, set: Uint8Array): number {
  let at = from
  while (set[units[at] as number] === 1) at++
  return at
}

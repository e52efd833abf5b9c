const NUMBER = /^-?[0-9]{1,10}$/

/**
 * A number of shadow(5): `undefined` for an empty field, which is no zero, and `NaN` for what is no number. Strict, because
 * `Number()` takes `1e3`, `0x10` and blanks for numbers, and `parseInt()` stops reading where it pleases.
 */
export function parseDays(field: string): number | undefined {
  if (field === '') return undefined
  return NUMBER.test(field) ? Number(field) : Number.NaN
}

const DAY_MS = 86_400_000

/** The day of shadow(5): whole days, in UTC, since 1970-01-01. */
export function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS)
}

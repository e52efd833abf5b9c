import { prepareUsername } from '@gatewright/portal'
import { FileError } from './errors.ts'
import type { Layout } from './layout.ts'
import type { Snapshot } from './snapshot.ts'
import { isKnownFormat } from './stored-field.ts'

/** Puts `text`, or nothing, in place of the bytes from `start` to `end`; from beyond the end, a new line. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text?: string
}

const LF = 0x0a
const CR = 0x0d

/** The pieces of the file with these edits done. What is not edited is not copied. */
export function edited(bytes: Buffer, edits: readonly Edit[]): readonly Uint8Array[] {
  const lineEnd = bytes.at(-1) === LF && bytes.at(-2) === CR ? '\r\n' : '\n'
  const pieces: Uint8Array[] = []
  let at = 0
  for (const { start, end, text = '' } of edits.toSorted((a, b) => a.start - b.start)) {
    if (start >= bytes.length) break
    pieces.push(bytes.subarray(at, start), Buffer.from(text))
    at = end
  }
  const rest = bytes.subarray(at)
  pieces.push(rest)
  const added = edits.flatMap(({ start, text }) =>
    start >= bytes.length && text !== undefined ? [text + lineEnd] : [],
  )
  // The last line may lack its end; without one the new line would become a part of it.
  const last = pieces.findLast(({ length }) => length > 0)?.at(-1)
  if (added.length > 0 && last !== undefined && last !== LF) pieces.push(Buffer.from(lineEnd))
  return [...pieces, Buffer.from(added.join(''))].filter(({ length }) => length > 0)
}

/** What makes `stored` the password of `name`: in its first line, of which it has one then, or in a new one. */
export function setting(snapshot: Snapshot | undefined, layout: Layout, name: string, stored: string): Edit[] {
  const edits: Edit[] = []
  for (const { offset } of snapshot?.find(name) ?? []) {
    const span = snapshot?.span(offset, layout.passwordField)
    if (edits.length === 0 && span) edits.push({ ...span, text: stored })
    else edits.push({ start: offset, end: afterLine(snapshot, offset) })
  }
  if (edits.length > 0) return edits
  return [{ start: BEYOND_THE_END, end: BEYOND_THE_END, text: lineFor(layout, name, stored) }]
}

/** Takes every line of `name` away. */
export function removal(snapshot: Snapshot | undefined, name: string): Edit[] {
  return [...(snapshot?.find(name) ?? [])].map(({ offset }) => ({ start: offset, end: afterLine(snapshot, offset) }))
}

/** Whether these edits touch no line that is there. */
export const isNewLine = (edits: readonly Edit[]): boolean => edits.every(({ start }) => start === BEYOND_THE_END)

const BEYOND_THE_END = Number.POSITIVE_INFINITY

/** Behind the line end of the line that begins at `offset`. */
function afterLine(snapshot: Snapshot | undefined, offset: number): number {
  return Math.min((snapshot?.endOf(offset) ?? 0) + 1, snapshot?.bytes.length ?? 0)
}

/** A new line, without its end. */
function lineFor(layout: Layout, name: string, stored: string): string {
  const { usernameField, passwordField } = layout
  const fields = Array.from({ length: Math.max(usernameField, passwordField) + 1 }, () => '')
  fields[usernameField] = prepareUsername(name) ?? ''
  fields[passwordField] = stored
  return fields.join(layout.delim.toString())
}

/**
 * Whether these can stand in a line, and be read back.
 * @throws {FileError} `UNSTORABLE`
 */
export function insistOnStorable(layout: Layout, name: string | undefined, stored: string | undefined): void {
  const delim = layout.delim.toString()
  if (name !== undefined) {
    const prepared = typeof name === 'string' ? prepareUsername(name) : undefined
    if (prepared === undefined) {
      throw unstorable('nobody can have this name', 'Names are 1 to 255 bytes of text without control characters.')
    }
    // `#` begins a comment, blanks at the end of a line are no part of it, and U+FEFF begins a file, not a name.
    const lost = prepared.includes('#') || prepared.trim() !== prepared || prepared.startsWith('\ufeff')
    if (lost || overlaps(prepared, delim)) {
      throw unstorable('this name cannot stand in a line', `Choose one without '${delim}', '#' and blanks at its ends.`)
    }
  }
  if (stored === undefined) return
  const isText = typeof stored === 'string' && stored.isWellFormed() && !/[\0-\x20\x7f]/.test(stored)
  if (!isText || overlaps(stored, delim)) {
    throw unstorable('this stored password cannot stand in a line', `It may hold neither blanks nor '${delim}'.`)
  }
  if (!isKnownFormat(stored)) {
    throw unstorable(
      'this stored password is in no known format',
      'Give the password itself, or what hash() made of one.',
    )
  }
}

/** Whether a delimiter would be found in the text, or begin in it and end in what follows. */
function overlaps(text: string, delim: string): boolean {
  return delim.length === 1
    ? text.includes(delim)
    : text.includes(delim) || `${text}${delim}`.indexOf(delim) !== text.length
}

function unstorable(problem: string, hint: string): FileError {
  return new FileError('UNSTORABLE', problem, { hint })
}

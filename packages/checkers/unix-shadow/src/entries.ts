import { isUtf8 } from 'node:buffer'
import { setImmediate as turn } from 'node:timers/promises'
import { prepareUsername } from '@gatewright/portal'

/** A user whose line cannot be understood: its login is a fault, and no other's is. */
export interface Flaw {
  readonly line: number
  /** What is wrong, and nothing of what stands there. */
  readonly flaw: string
}

/** How the lines of one file are read. */
export interface Grammar<T> {
  /** How many fields a line has. */
  readonly fields: number
  /** Makes an entry of them, or a sentence about what is wrong. */
  understand(fields: readonly string[], line: number): T | string
  /** Hears of every line that is nobody's, or cannot be understood. */
  heed(line: number, why: string): void
}

const LF = 0x0a
const COLON = 0x3a
const HASH = 0x23
const PLUS = 0x2b
const MINUS = 0x2d

const MAX_LINE_BYTES = 8_192
/** Lines that are read before others get their turn. */
const LINES_A_TURN = 1_000

/**
 * Reads `name:...` lines. One bad line never hides a good one; comments and empty lines are passed over, as the C library
 * does.
 */
export async function entriesOf<T extends object>(
  content: Buffer,
  grammar: Grammar<T>,
): Promise<Map<string, T | Flaw>> {
  const users = new Map<string, T | Flaw>()
  const lines = new Map<string, number>()
  let line = 0
  for (let at = 0; at < content.length; ) {
    const next = content.indexOf(LF, at)
    const end = next === -1 ? content.length : next
    const bytes = content.subarray(at, end)
    at = end + 1
    line++
    if (line % LINES_A_TURN === 0) await turn()
    if (bytes.length === 0 || bytes[0] === HASH) continue

    const name = nameIn(bytes)
    if ('why' in name) {
      grammar.heed(line, `is not used: ${name.why}`)
      continue
    }
    const entry = entryIn(bytes, line, lines.get(name.name), grammar)
    users.set(name.name, typeof entry === 'string' ? { line, flaw: entry } : entry)
    if (typeof entry === 'string') grammar.heed(line, entry)
    if (!lines.has(name.name)) lines.set(name.name, line)
  }
  return users
}

function nameIn(bytes: Buffer): { readonly name: string } | { readonly why: string } {
  // Once meant "and everybody else whom NIS knows"; taken for a name, it would be an account without a password.
  if (bytes[0] === PLUS || bytes[0] === MINUS) return { why: 'NIS is not asked' }
  const colon = bytes.indexOf(COLON)
  if (colon === -1) return { why: 'there is no colon' }
  const name = bytes.subarray(0, colon)
  const text = name.length <= 255 && isUtf8(name) ? name.toString() : ''
  // Clients' names are prepared, so nobody could be found under another form.
  return prepareUsername(text) === text && text.trim() === text
    ? { name: text }
    : { why: 'nobody can log in by such a name' }
}

const CONTROL = /\p{Cc}/u

function entryIn<T>(bytes: Buffer, line: number, earlier: number | undefined, grammar: Grammar<T>): T | string {
  // Which of two is meant nobody knows: neither the first nor the last is let in.
  if (earlier !== undefined) return `names the user of line ${earlier} again`
  if (bytes.length > MAX_LINE_BYTES) return `is longer than ${MAX_LINE_BYTES} bytes`
  if (!isUtf8(bytes)) return 'is not UTF-8'
  const text = bytes.toString()
  // A carriage return at the end would make another shell of the last field; a NUL would end the line for a C program.
  if (CONTROL.test(text)) return 'has control characters'
  const fields = text.split(':')
  if (fields.length !== grammar.fields) return `has ${fields.length} fields instead of ${grammar.fields}`
  return grammar.understand(fields, line)
}

import { PortalError, prepareUsername } from '@gatewright/portal'

/** How a line is made up. The names and defaults are those of Twisted's `FilePasswordDB`. */
export interface LayoutOptions {
  /** What stands between fields. @default ':' */
  readonly delim?: string
  /** Which field is the name, counted from 0. @default 0 */
  readonly usernameField?: number
  /** Which field is the stored password, counted from 0. @default 1 */
  readonly passwordField?: number
  /** Whether `Ada` and `ada` are two users. Names keep the spelling of the file either way. @default true */
  readonly caseSensitive?: boolean
}

const MAX_FIELD = 63
const MAX_DELIM_BYTES = 16

/** How the lines of one file are made up, checked. */
export class Layout {
  readonly delim: Buffer
  readonly usernameField: number
  readonly passwordField: number
  readonly caseSensitive: boolean
  /** The start and end of the field that {@link find} found last: a million lines want no million objects. */
  start = 0
  end = 0

  /** @throws {PortalError} `BAD_CONFIGURATION` */
  constructor({ delim = ':', usernameField = 0, passwordField = 1, caseSensitive = true }: LayoutOptions) {
    const bytes = typeof delim === 'string' && delim.isWellFormed() ? Buffer.from(delim) : undefined
    if (
      !bytes ||
      bytes.length === 0 ||
      bytes.length > MAX_DELIM_BYTES ||
      bytes.includes(0x0a) ||
      bytes.includes(0x0d)
    ) {
      throw bad('delim is a text of 1 to 16 bytes without line ends', "Such as ':' or '\\t'.")
    }
    for (const [name, field] of Object.entries({ usernameField, passwordField })) {
      if (Number.isSafeInteger(field) && field >= 0 && field <= MAX_FIELD) continue
      throw bad(`${name} is a whole number from 0 to ${MAX_FIELD}`, 'Fields are counted from 0, from the left.')
    }
    if (usernameField === passwordField) {
      throw bad('usernameField and passwordField are the same', 'Else every name would be its own password.')
    }
    if (typeof caseSensitive !== 'boolean') throw bad('caseSensitive is true or false', 'It is true by default.')
    this.delim = bytes
    this.usernameField = usernameField
    this.passwordField = passwordField
    this.caseSensitive = caseSensitive
  }

  /** Whether this is the layout of passwd(5), shadow(5) and htpasswd, so that one can be taken for another. */
  get isUsual(): boolean {
    return this.delim.equals(COLON) && this.usernameField === 0 && this.passwordField === 1
  }

  /** Whether the line has such a field; `start` and `end` then say where. */
  find(bytes: Uint8Array, lineStart: number, lineEnd: number, field: number): boolean {
    this.start = lineStart
    for (let left = field; ; left--) {
      const end = this.#next(bytes, this.start, lineEnd)
      if (left === 0) {
        this.end = end
        return true
      }
      if (end === lineEnd) return false
      this.start = end + this.delim.length
    }
  }

  /** Whether a line whose name was found last has a field for the password. Most have nothing to look for: it comes next. */
  hasPassword(bytes: Uint8Array, lineEnd: number): boolean {
    let at = this.end
    for (let left = this.passwordField - this.usernameField; left > 0; left--) {
      if (at === lineEnd) return false
      if (left > 1) at = this.#next(bytes, at + this.delim.length, lineEnd)
    }
    return true
  }

  /** Where the next delimiter begins, or the end of the line. */
  #next(bytes: Uint8Array, from: number, lineEnd: number): number {
    const { delim } = this
    const [first] = delim
    const last = lineEnd - delim.length
    for (let at = from; at <= last; at++) {
      if (bytes[at] !== first) continue
      let same = 1
      while (same < delim.length && bytes[at + same] === delim[same]) same++
      if (same === delim.length) return at
    }
    return lineEnd
  }

  /** A stored name as the id of its user: prepared, in the spelling of the file. */
  idOf(name: string): string {
    return prepareUsername(name) ?? ''
  }

  /** The form in which names are compared, if anybody can have this one. */
  key(name: string): string | undefined {
    const prepared = prepareUsername(name)
    return prepared === undefined || this.caseSensitive ? prepared : foldCase(prepared)
  }
}

/**
 * Letter case taken away, and nothing else. Folding what is folded changes nothing: if it did, the name that is looked up
 * and the name that is stored could miss each other, or meet where they should not.
 */
export function foldCase(name: string): string {
  return name.toLowerCase().normalize('NFC')
}

const COLON = Buffer.from(':')

function bad(problem: string, hint: string): PortalError {
  return new PortalError('BAD_CONFIGURATION', problem, { hint })
}

import { isUtf8 } from 'node:buffer'
import type { HalfSipHash } from './half-sip-hash.ts'
import type { Layout } from './layout.ts'
import type { LineIndexDraft } from './line-index.ts'

/** Why a line was passed over. */
export type LineFlaw =
  | 'it is longer than 8,192 bytes'
  | 'it is not UTF-8'
  | 'it holds a control character'
  | 'it has too few fields'
  | 'what it stores is no HA1'
  | 'nobody can have its name'

const LF = 0x0a
const CR = 0x0d
const HASH = 0x23
/** A stored password has at most 1,536 characters and a name 255 bytes; the rest is for other fields. */
const MAX_LINE_BYTES = 8_192
/** Between the line starts that are remembered, so that counting to a line's number is short work. */
export const MARK_EVERY = 1_024

/** Where a line of users ends, once what is no part of it is taken off: the carriage return, spaces, tabs. */
export function trimmedEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = end
  while (at > start && isBlank(bytes[at - 1] as number)) at--
  return at
}

const isBlank = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= CR)

/** Who hears of lines while they are read. */
export interface LineSink {
  readonly flaw: (line: number, flaw: LineFlaw) => void
  /** Called with the first lines that hold something. */
  readonly look: (start: number, end: number) => void
  /** Whether what a line stores can be used at all. @default every line's */
  readonly usable?: (bytes: Uint8Array, start: number, end: number) => boolean
}

/** Reads lines as the bytes come in, and notes where each name is. A bad line is passed over, and never hides a good one. */
export class LineScanner {
  readonly bytes: Buffer
  readonly marks: number[] = []
  readonly #layout: Layout
  readonly #hash: HalfSipHash
  readonly #draft: LineIndexDraft
  readonly #to: LineSink
  #lines = 0
  #looked = 0
  #lineStart: number
  #at: number
  #odd = false

  constructor(bytes: Buffer, from: number, layout: Layout, hash: HalfSipHash, draft: LineIndexDraft, to: LineSink) {
    this.bytes = bytes
    this.#lineStart = from
    this.#at = from
    this.#layout = layout
    this.#hash = hash
    this.#draft = draft
    this.#to = to
  }

  /** Reads on to `end`; the last line needs no line end when it is the end of the file. */
  scan(end: number, isEndOfFile: boolean): void {
    const { bytes } = this
    let odd = this.#odd
    let at = this.#at
    for (; at < end; at++) {
      const byte = bytes[at] as number
      // One comparison for nearly every byte: printable ASCII needs no closer look.
      if (byte >= 0x20 && byte <= 0x7e) continue
      if (byte !== LF) {
        odd = true
        continue
      }
      this.#take(this.#lineStart, at, odd)
      this.#lineStart = at + 1
      odd = false
    }
    this.#at = at
    this.#odd = odd
    if (isEndOfFile && this.#lineStart < end) this.#take(this.#lineStart, end, odd)
  }

  #take(start: number, lineEnd: number, odd: boolean): void {
    const { bytes } = this
    if (this.#lines++ % MARK_EVERY === 0) this.marks.push(start)
    const end = trimmedEnd(bytes, start, lineEnd)
    if (end === start || bytes[start] === HASH) return
    if (this.#looked++ < LOOK_AT) this.#to.look(start, Math.min(end, start + MAX_LINE_BYTES))
    const flaw = this.#add(start, end, odd)
    if (flaw !== undefined) this.#to.flaw(this.#lines, flaw)
  }

  /** Notes where a name is; answers with why not. */
  #add(start: number, end: number, odd: boolean): LineFlaw | undefined {
    const { bytes } = this
    if (end - start > MAX_LINE_BYTES) return 'it is longer than 8,192 bytes'
    if (odd) {
      if (!isUtf8(bytes.subarray(start, end))) return 'it is not UTF-8'
      // A lone carriage return is one of them: two lines that some editors show and no reader sees.
      if (this.#hasControls(start, end)) return 'it holds a control character'
    }
    const layout = this.#layout
    if (this.#to.usable) {
      if (!layout.find(bytes, start, end, layout.passwordField)) return 'it has too few fields'
      if (!this.#to.usable(bytes, layout.start, layout.end)) return 'what it stores is no HA1'
    }
    if (!layout.find(bytes, start, end, layout.usernameField)) return 'it has too few fields'
    if (!layout.hasPassword(bytes, end)) return 'it has too few fields'
    const { start: nameStart, end: nameEnd } = layout
    if (isOwnKey(bytes, nameStart, nameEnd, layout.caseSensitive)) {
      this.#draft.add(this.#hash.of(bytes, nameStart, nameEnd), start)
      return undefined
    }
    const key = layout.key(bytes.toString('utf8', nameStart, nameEnd))
    if (key === undefined) return 'nobody can have its name'
    const prepared = Buffer.from(key)
    this.#draft.add(this.#hash.of(prepared, 0, prepared.length), start)
    return undefined
  }

  #hasControls(start: number, end: number): boolean {
    const { bytes } = this
    for (let at = start; at < end; at++) {
      const byte = bytes[at] as number
      if ((byte < 0x20 && byte !== 0x09 && !this.#layout.delim.includes(byte)) || byte === 0x7f) return true
    }
    return false
  }
}

const LOOK_AT = 64

/** Whether a name is in its prepared and folded form as it stands; nearly every name is. */
function isOwnKey(bytes: Uint8Array, start: number, end: number, caseSensitive: boolean): boolean {
  if (start === end || end - start > 255) return false
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number
    if (byte < 0x20 || byte > 0x7e || (!caseSensitive && byte >= 0x41 && byte <= 0x5a)) return false
  }
  return true
}

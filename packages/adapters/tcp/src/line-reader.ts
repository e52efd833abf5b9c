import { isUtf8 } from 'node:buffer'
import { TcpError } from './errors.ts'

/** Where the bytes come from, and can be held back. */
export interface Tap {
  pause(): unknown
  resume(): unknown
}

/** A line that is not UTF-8. It is not replaced by something similar: two such names could be read as one. */
const NOT_TEXT: unique symbol = Symbol('not text')

type Line = string | typeof NOT_TEXT

const LF = 0x0a
const CR = 0x0d
const NONE = Buffer.alloc(0)
const DONE: IteratorReturnResult<undefined> = Object.freeze({ done: true, value: undefined })

/**
 * Lines out of bytes that arrive in any pieces. What nobody has asked for yet stays bytes, in one buffer of bounded size,
 * so that a flood of empty lines costs no more than its bytes. A line ends in LF or CR LF; what follows the last one is
 * no line, because the rest of it may have been lost.
 */
export class LineReader implements AsyncIterableIterator<string> {
  /** How many unread bytes there may be until the tap is paused. */
  highWater: number
  readonly #tap: Tap
  readonly #lineBytes: number
  #bytes: Buffer = NONE
  #start = 0
  #end = 0
  /** Up to here there is no LF. */
  #scanned = 0
  #paused = false
  #ended = false
  #failure: TcpError | undefined
  // Whoever waits for a line, in the form of `next` or of `read`. Three fields and no object: thousands of idle sessions wait.
  #next: ((result: IteratorResult<string, undefined>) => void) | undefined
  #read: ((line: string | undefined) => void) | undefined
  #reject: ((error: TcpError) => void) | undefined

  constructor(tap: Tap, lineBytes: number) {
    this.#tap = tap
    this.#lineBytes = lineBytes
    this.highWater = lineBytes
  }

  /** Whether there is something that nobody has read. */
  get unread(): boolean {
    return this.#end > this.#start
  }

  push(chunk: Buffer): void {
    if (this.#ended || this.#failure) return
    this.#append(chunk)
    if (this.#reject) this.#serve()
    // Whoever waits for the end of a line must get it; how long that can take is bounded by its length.
    if (!(this.#reject || this.#paused) && this.#end - this.#start > this.highWater) {
      this.#paused = true
      this.#tap.pause()
    }
  }

  /** No more bytes come; the lines already here can still be read. */
  end(): void {
    this.#ended = true
    if (this.#reject) this.#serve()
  }

  /** Nobody wants the rest. */
  stop(): void {
    this.#drop()
    this.end()
  }

  /** Whoever reads gets `error`, now and later. */
  fail(error: TcpError): void {
    this.#drop()
    this.#failure = error
    if (this.#reject) this.#serve()
  }

  /**
   * The next line without its end, or `undefined` for one that is not UTF-8.
   * @throws {TcpError} `INPUT_ENDED`, `LINE_TOO_LONG`, or what `fail` was given
   */
  read(): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
      this.#wait(reject)
      this.#read = resolve
      this.#serve()
    })
  }

  /**
   * The next line without its end.
   * @throws {TcpError} `NOT_TEXT`, `LINE_TOO_LONG`, or what `fail` was given
   */
  next(): Promise<IteratorResult<string, undefined>> {
    const line = this.#reject ? undefined : this.#take()
    if (typeof line === 'string') return Promise.resolve({ done: false, value: line })
    return new Promise((resolve, reject) => {
      this.#wait(reject)
      this.#next = resolve
      this.#serve(line)
    })
  }

  /** There is no `return`: a loop that is left early can be followed by another. */
  [Symbol.asyncIterator](): this {
    return this
  }

  #wait(reject: (error: TcpError) => void): void {
    if (this.#reject) throw new TypeError('lines are read one at a time')
    this.#reject = reject
  }

  /** Gives whoever waits what there is, if there is anything. */
  #serve(line: Line | undefined = this.#take()): void {
    if (line === undefined && !this.#ended && !this.#failure) return
    const next = this.#next
    const read = this.#read
    const reject = this.#reject
    this.#next = undefined
    this.#read = undefined
    this.#reject = undefined
    if (typeof line === 'string') {
      if (next) next({ done: false, value: line })
      else read?.(line)
    } else if (line === NOT_TEXT) {
      if (read) read(undefined)
      else this.fail(new TcpError('NOT_TEXT', 'the client sent a line that is not UTF-8'))
    }
    if (this.#failure) reject?.(this.#failure)
    else if (line === undefined) {
      if (next) next(DONE)
      else reject?.(new TcpError('INPUT_ENDED', 'the client stopped sending before it was logged in'))
    }
  }

  #take(): Line | undefined {
    const bytes = this.#bytes
    const start = this.#start
    const found = start === this.#end ? -1 : bytes.indexOf(LF, this.#scanned)
    if (found === -1 || found >= this.#end) {
      this.#scanned = this.#end
      if (this.#end - start > this.#lineBytes + 1) this.#tooLong()
      return undefined
    }
    const stop = found > start && bytes[found - 1] === CR ? found - 1 : found
    if (stop - start > this.#lineBytes) {
      this.#tooLong()
      return undefined
    }
    const text = bytes.toString('utf8', start, stop)
    // The replacement character is what bad bytes decode to; only a line that has it needs a second look.
    const line = text.includes('\uFFFD') && !isUtf8(bytes.subarray(start, stop)) ? NOT_TEXT : text
    this.#start = found + 1
    this.#scanned = found + 1
    this.#shrink()
    return line
  }

  #append(chunk: Buffer): void {
    const unread = this.#end - this.#start
    if (unread === 0) {
      this.#bytes = chunk
      this.#start = 0
      this.#scanned = 0
      this.#end = chunk.length
      return
    }
    if (this.#end + chunk.length > this.#bytes.length) {
      // Doubled, so that single bytes cost no more than a few copies each.
      this.#move(Math.max(64, 2 * (unread + chunk.length)))
    }
    chunk.copy(this.#bytes, this.#end)
    this.#end += chunk.length
  }

  /** Gives room back, and lets the tap run again. */
  #shrink(): void {
    const unread = this.#end - this.#start
    if (unread === 0) {
      this.#bytes = NONE
      this.#start = 0
      this.#end = 0
      this.#scanned = 0
    } else if (unread * 4 < this.#bytes.length && this.#bytes.length > 1024) {
      // The beginning of a line must not keep a chunk of many others.
      this.#move(2 * unread)
    }
    if (this.#paused && unread <= this.highWater) {
      this.#paused = false
      this.#tap.resume()
    }
  }

  /** Moves what is unread to a buffer of its own; not from Node's pool, of which it would keep more than it needs. */
  #move(size: number): void {
    const bytes = Buffer.allocUnsafeSlow(size)
    this.#bytes.copy(bytes, 0, this.#start, this.#end)
    this.#bytes = bytes
    this.#scanned -= this.#start
    this.#end -= this.#start
    this.#start = 0
  }

  #tooLong(): void {
    this.fail(new TcpError('LINE_TOO_LONG', `the client sent a line of more than ${this.#lineBytes} bytes`))
  }

  #drop(): void {
    this.#start = this.#end
    this.#shrink()
  }
}

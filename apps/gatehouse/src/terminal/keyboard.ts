import { GatehouseError } from '../errors.ts'
import type { Input } from './input.ts'

/** More than this on one line is nothing that anybody was asked for. */
const MOST_BYTES = 4096

const CTRL_C = 0x03
const CTRL_D = 0x04
const BACKSPACE = 0x08
const LF = 0x0a
const CR = 0x0d
const CTRL_U = 0x15
const ESCAPE = 0x1b
const DELETE = 0x7f

/** Node puts the terminal back when SIGINT or SIGTERM ends a process; at these it would stay without echo. */
const ENDING = ['SIGHUP', 'SIGQUIT'] as const

/** The part of `process` that tells of them. */
export interface EndingSignals {
  on(signal: (typeof ENDING)[number], listener: () => void): unknown
  off(signal: (typeof ENDING)[number], listener: () => void): unknown
}

interface Asking {
  readonly shown: boolean
  resolve(line: Buffer): void
  reject(error: unknown): void
}

/**
 * Questions at a terminal. It is in raw mode from the first question to `close()`, so that no key is shown by anybody but
 * us, not even one that is typed between two questions; whatever happens, `close()` puts it back.
 */
export class Keyboard {
  readonly #input: Input
  readonly #write: (text: string) => void
  readonly #signals: EndingSignals
  /** Typed ahead. */
  #waiting: Buffer = Buffer.alloc(0)
  #line: number[] = []
  #asking: Asking | undefined
  #inEscape: 'no' | 'begun' | 'sequence' = 'no'
  #over: Error | undefined

  constructor(input: Input, write: (text: string) => void, signals: EndingSignals = process) {
    this.#input = input
    this.#write = write
    this.#signals = signals
    for (const signal of ENDING) signals.on(signal, this.#onSignal)
    input.setRawMode?.(true)
    input.on('data', this.#onData)
    input.on('end', this.#onEnd)
    input.on('error', this.#onError)
    input.resume()
  }

  /**
   * One line, as its bytes, without its end. Backspace takes a character back, Ctrl-U all of them.
   *
   * @throws {GatehouseError} `INTERRUPTED` by Ctrl-C, SIGHUP and SIGQUIT; `CANCELLED` by Ctrl-D, and when the terminal is gone
   */
  async ask(question: string, typing: 'shown' | 'hidden'): Promise<Buffer> {
    if (this.#over) throw this.#over
    this.#write(question)
    try {
      return await new Promise<Buffer>((resolve, reject) => {
        this.#asking = { shown: typing === 'shown', resolve, reject }
        this.#read()
      })
    } finally {
      this.#write('\n')
    }
  }

  close(): void {
    const input = this.#input
    // While somebody still listens for its errors: a terminal that has hung up has no modes.
    input.setRawMode?.(false)
    input.pause()
    input.off('data', this.#onData)
    input.off('end', this.#onEnd)
    input.off('error', this.#onError)
    for (const signal of ENDING) this.#signals.off(signal, this.#onSignal)
    this.#line.fill(0)
    this.#waiting.fill(0)
  }

  readonly #onData = (chunk: Buffer | string): void => {
    this.#waiting = Buffer.concat([this.#waiting, Buffer.from(chunk)])
    if (this.#waiting.length > MOST_BYTES) this.#end(new GatehouseError('CANCELLED', 'that was too long a line'))
    this.#read()
  }

  readonly #onSignal = (): void => this.#end(interrupted())

  readonly #onEnd = (): void => this.#end(new GatehouseError('CANCELLED', 'the terminal is gone'))

  readonly #onError = (cause: Error): void =>
    this.#end(new GatehouseError('CANCELLED', 'the terminal is gone', { cause }))

  #end(error: Error): void {
    this.#over = error
    this.#settle()?.reject(error)
  }

  #settle(): Asking | undefined {
    const asking = this.#asking
    this.#asking = undefined
    return asking
  }

  /** Takes what was typed until a line is complete; the rest waits for the next question. */
  #read(): void {
    let taken = 0
    while (this.#asking && taken < this.#waiting.length) this.#take(this.#waiting[taken++] ?? 0, this.#asking)
    this.#waiting = this.#waiting.subarray(taken)
  }

  #take(byte: number, asking: Asking): void {
    if (this.#skips(byte)) return
    switch (byte) {
      case CTRL_C:
        this.#end(interrupted())
        break
      case CTRL_D:
        this.#end(new GatehouseError('CANCELLED', 'nothing was typed'))
        break
      case CR:
      case LF:
        this.#complete()
        break
      case BACKSPACE:
      case DELETE:
        this.#takeBack(asking)
        break
      case CTRL_U:
        while (this.#line.length > 0) this.#takeBack(asking)
        break
      default:
        // The other control keys mean nothing here; bytes from 0x80 are parts of UTF-8 characters.
        if (byte >= 0x20) this.#add(byte, asking)
    }
  }

  #add(byte: number, { shown }: Asking): void {
    if (this.#line.length >= MOST_BYTES) {
      this.#end(new GatehouseError('CANCELLED', 'that was too long a line'))
      return
    }
    this.#line.push(byte)
    if (shown && byte < DELETE) this.#write(String.fromCharCode(byte))
  }

  /** Arrows and other keys that send ESC, or ESC [ and parameters up to a final byte (ECMA-48 section 5.4). */
  #skips(byte: number): boolean {
    switch (this.#inEscape) {
      case 'no':
        if (byte !== ESCAPE) return false
        this.#inEscape = 'begun'
        return true
      case 'begun':
        this.#inEscape = byte === 0x5b || byte === 0x4f ? 'sequence' : 'no'
        // A lone ESC before Ctrl-C or Enter swallows neither.
        return byte >= 0x20
      case 'sequence':
        if (byte >= 0x40 || byte < 0x20) this.#inEscape = 'no'
        return byte >= 0x20
    }
  }

  /** One character: its last byte, and those before it up to the one that begins it. */
  #takeBack({ shown }: Asking): void {
    let byte = this.#line.pop()
    if (byte === undefined) return
    if (shown && byte < 0x80) this.#write('\b \b')
    while (byte !== undefined && (byte & 0xc0) === 0x80) byte = this.#line.pop()
  }

  #complete(): void {
    const line = Buffer.from(this.#line)
    this.#line.fill(0)
    this.#line = []
    this.#settle()?.resolve(line)
  }
}

const interrupted = () => new GatehouseError('INTERRUPTED', 'interrupted')

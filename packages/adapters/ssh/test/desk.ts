import { PassThrough, Writable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import xterm from '@xterm/headless'
import type { ShellSession, SshSignal, WindowSize } from '../src/avatar.ts'

interface DeskOptions {
  readonly columns?: number
  readonly rows?: number
  /** Without a pty both streams are pipes. */
  readonly pty?: false
  /** Never takes what is drawn. */
  readonly stalled?: true
  /** Takes what is drawn bit by bit. */
  readonly slow?: true
}

/** A session without a network: the keyboard at one end, and at the other a terminal emulator that knows what is seen. */
export class Desk {
  readonly session: ShellSession
  readonly #emulator: InstanceType<typeof xterm.Terminal>
  readonly #stdin = new PassThrough()
  readonly #gone = new AbortController()
  readonly #resized: ((size: WindowSize) => void)[] = []
  readonly #signalled: ((name: SshSignal) => void)[] = []
  /** Every byte that came, as text. */
  out = ''
  err = ''
  #moves = 0

  constructor({ columns = 40, rows = 10, pty, stalled, slow }: DeskOptions = {}) {
    this.#emulator = new xterm.Terminal({ ...seen(columns, rows), allowProposedApi: true })
    this.session = {
      id: 'desk',
      login: { proofs: [], peer: { address: '127.0.0.1', port: 1 } },
      stdin: this.#stdin,
      stdout: this.#sink((text, done) => {
        this.out += text
        this.#emulator.write(text)
        if (slow) setImmediate(done)
        else if (!stalled) done()
      }),
      stderr: this.#sink((text, done) => {
        this.err += text
        done()
      }),
      env: {},
      ...(pty === false ? {} : { pty: { term: 'xterm', columns, rows } }),
      onResize: (listener) => void this.#resized.push(listener),
      onSignal: (listener) => void this.#signalled.push(listener),
      signal: this.#gone.signal,
    }
  }

  #sink(take: (text: string, done: () => void) => void): Writable {
    const decoder = new TextDecoder()
    return new Writable({
      highWaterMark: 16,
      write: (chunk: Buffer, _encoding, done) => {
        this.#moves++
        take(decoder.decode(chunk, { stream: true }), done)
      },
    })
  }

  /** Types, and waits until all of it has been dealt with. */
  async type(...keys: readonly (string | Uint8Array)[]): Promise<void> {
    for (const key of keys) {
      this.#stdin.write(key)
      await this.settled()
    }
  }

  /** Nothing here waits for a clock: when nothing has moved for many turns of the event loop, nothing will. */
  async settled(): Promise<void> {
    const state = () => `${this.#moves} ${this.waiting}`
    for (let still = 0, seen = state(); still < 200; still++) {
      await turn()
      if (seen !== state()) still = 0
      seen = state()
    }
  }

  /** What is on the screen: its lines, without the empty ones at the end. */
  async screen(): Promise<readonly string[]> {
    await this.settled()
    await new Promise<void>((done) => this.#emulator.write('', done))
    const { active } = this.#emulator.buffer
    const lines = Array.from(
      { length: active.length },
      (_, row) => active.getLine(row)?.translateToString(true).trimEnd() ?? '',
    )
    return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1)
  }

  /** Where the cursor stands, counted from 0. */
  async column(): Promise<number> {
    await this.screen()
    return this.#emulator.buffer.active.cursorX
  }

  async resize(columns: number, rows: number): Promise<void> {
    const { cols, rows: lines } = seen(columns, rows)
    this.#emulator.resize(cols, lines)
    for (const listener of this.#resized) listener({ columns, rows })
    await this.settled()
  }

  signal(name: SshSignal): void {
    for (const listener of this.#signalled) listener(name)
  }

  /** Types no more. */
  async eof(): Promise<void> {
    this.#stdin.end()
    await this.settled()
  }

  /** Is cut off. */
  hangUp(): void {
    this.#gone.abort()
  }

  /** How much was typed and not yet looked at. */
  get waiting(): number {
    return this.#stdin.readableLength + this.#stdin.writableLength
  }
}

/** A window that an emulator can have, whatever the client says of it. */
const seen = (columns: number, rows: number) => ({
  cols: Math.min(columns || 80, 500),
  rows: Math.min(rows || 24, 500),
})

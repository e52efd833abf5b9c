import { Writable } from 'node:stream'
import type { InsideChannel } from './inside-ssh2.ts'
import type { Transport } from './transport.ts'

interface Piece {
  data: Buffer
  readonly extended: boolean
  readonly done: () => void
}

/**
 * The way out of a channel: stdout and stderr in the order in which they were written. What the client has no room for waits;
 * ssh2's own streams mix the two up when both wait, and write on and on to a connection that nobody reads.
 */
export class ChannelOutput {
  readonly stdout: Writable = this.#writable(false)
  readonly stderr: Writable = this.#writable(true)
  readonly #transport: Transport
  readonly #channel: InsideChannel
  readonly #pieces: Piece[] = []
  #waits = false
  #gone = false
  #flushed: (() => void) | undefined

  constructor(transport: Transport, channel: InsideChannel) {
    this.#transport = transport
    this.#channel = channel
  }

  /** Resolves when everything written has been sent, or nobody will ever take it. */
  flush(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#gone) return resolve()
      this.#flushed = resolve
      this.#pump()
    })
  }

  /** The client is gone: nothing goes out any more. */
  cut(reason: Error): void {
    this.#gone = true
    this.#pieces.length = 0
    this.stdout.destroy(reason)
    this.stderr.destroy(reason)
    this.#flushed?.()
  }

  #writable(extended: boolean): Writable {
    const stream = new Writable({
      write: (data: Buffer, _encoding, done) => {
        this.#pieces.push({ data, extended, done })
        if (!this.#waits) this.#pump()
      },
    })
    // Whoever writes to a client that has gone hears of it by its session's signal.
    stream.on('error', () => undefined)
    return stream
  }

  #pump(): void {
    const { outgoing } = this.#channel
    this.#waits = false
    for (let piece = this.#pieces[0]; piece; piece = this.#pieces[0]) {
      while (piece.data.length > 0) {
        if (outgoing.state !== 'open' || this.#transport.closed) return
        if (this.#transport.congested || outgoing.window <= 0) {
          this.#wait()
          return
        }
        const length = Math.min(piece.data.length, outgoing.window, outgoing.packetSize)
        outgoing.window -= length
        this.#transport.send(this.#channel, piece.data.subarray(0, length), piece.extended)
        piece.data = piece.data.subarray(length)
      }
      this.#pieces.shift()
      piece.done()
    }
    if (this.stdout.writableLength + this.stderr.writableLength === 0) this.#flushed?.()
  }

  #wait(): void {
    this.#waits = true
    if (this.#transport.congested) {
      this.#transport.whenClear(() => this.#pump())
      return
    }
    this.#channel._waitWindow = true
    this.#channel._chunkcb = () => {
      this.#channel._chunkcb = undefined
      this.#pump()
    }
  }
}

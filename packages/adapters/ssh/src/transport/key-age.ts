import type { Socket } from 'node:net'
import type { SshLimits } from '../limits.ts'
import type { InsideProtocol } from './inside-ssh2.ts'

/** How often it is counted what went over a connection, in packets: counting costs more than a packet's share of it. */
const COUNT_EVERY = 16

/** Answers that wait for keys that the client does not make. None waits for a client that makes them at once. */
const MAX_WAITING = 1024

/**
 * How long one set of keys serves: RFC 4253 section 9. The client exchanges them when it likes; so do we, whoever of the two
 * talks, and a client that does not take part goes.
 */
export class KeyAge {
  readonly #protocol: InsideProtocol
  readonly #socket: Socket
  readonly #limits: SshLimits
  #packets = 0
  #bytesBefore = 0
  #made = performance.now()
  #asked: number | undefined

  constructor(protocol: InsideProtocol, socket: Socket, limits: SshLimits) {
    this.#protocol = protocol
    this.#socket = socket
    this.#limits = limits
  }

  /** A packet has come or gone: asks for new keys when it is time. */
  count(): void {
    if (this.#asked !== undefined || !this.#isOld()) return
    this.#asked = performance.now()
    this.#protocol.rekey()
  }

  /** There are new keys. */
  renew(): void {
    this.#asked = undefined
    this.#made = performance.now()
    this.#bytesBefore = this.#bytes
  }

  /** Whether the client was asked for new keys and makes none. */
  get isRefused(): boolean {
    if (this.#asked === undefined) return false
    if ((this.#protocol._queue?.length ?? 0) > MAX_WAITING) return true
    return performance.now() - this.#asked >= this.#limits.loginMs
  }

  #isOld(): boolean {
    const { rekeyBytes, rekeyMs } = this.#limits
    if (performance.now() - this.#made >= rekeyMs) return true
    return ++this.#packets % COUNT_EVERY === 0 && this.#bytes - this.#bytesBefore >= rekeyBytes
  }

  get #bytes(): number {
    return this.#socket.bytesRead + this.#socket.bytesWritten
  }
}

import type { Socket } from 'node:net'
import type { SshLimits } from '../limits.ts'
import type { InsideProtocol } from './inside-ssh2.ts'

/** What a packet has around what it carries, in bytes: length, padding and MAC, or less. */
const ENVELOPE = 64

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
  #sent = 0
  #bytesBefore = 0
  #made = performance.now()
  #asked: number | undefined

  constructor(protocol: InsideProtocol, socket: Socket, limits: SshLimits) {
    this.#protocol = protocol
    this.#socket = socket
    this.#limits = limits
  }

  /** A packet has come: asks for new keys when it is time. */
  received(): void {
    this.#look()
  }

  /** A packet with so many bytes of data has gone. Answers are not counted: they weigh what was asked. */
  sent(bytes: number): void {
    this.#sent += bytes + ENVELOPE
    this.#look()
  }

  #look(): void {
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
    return this.#bytes - this.#bytesBefore >= rekeyBytes
  }

  /** The socket's own `bytesWritten` is added up anew each time, of all that waits. */
  get #bytes(): number {
    return this.#socket.bytesRead + this.#sent
  }
}

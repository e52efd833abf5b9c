import { isUtf8 } from 'node:buffer'
import { SshKeyError } from './errors.ts'

/**
 * Reads the data types of RFC 4251 section 5, never past the end and never leniently: what a peer wrote in two ways would
 * be two keys to a list and one to a verifier.
 */
export class WireReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  /** The bytes that nobody has read yet. */
  get rest(): Buffer {
    return this.#bytes.subarray(this.#at)
  }

  /** How many bytes have been read. */
  get position(): number {
    return this.#at
  }

  /** @throws {SshKeyError} `MALFORMED` */
  byte(): number {
    return this.bytes(1)[0] as number
  }

  /** @throws {SshKeyError} `MALFORMED` */
  uint32(): number {
    return this.bytes(4).readUInt32BE()
  }

  /** @throws {SshKeyError} `MALFORMED` */
  uint64(): bigint {
    return this.bytes(8).readBigUInt64BE()
  }

  /** A `string`: a view into the bytes, not a copy. @throws {SshKeyError} `MALFORMED` */
  string(): Buffer {
    return this.bytes(this.uint32())
  }

  /** A `string` that is text. @throws {SshKeyError} `MALFORMED` when it is not UTF-8 */
  text(): string {
    const bytes = this.string()
    if (!isUtf8(bytes)) throw malformed('a string is not UTF-8')
    return bytes.toString('utf8')
  }

  /** A positive `mpint`, without its sign byte. @throws {SshKeyError} `MALFORMED` when it is zero, negative or longer than need be */
  positive(): Buffer {
    const bytes = this.string()
    const [first, second] = bytes
    if (first === undefined || first >= 0x80) throw malformed('a number is not positive')
    if (first !== 0) return bytes
    if (second === undefined || second < 0x80) throw malformed('a number begins with zeros that mean nothing')
    return bytes.subarray(1)
  }

  /** @throws {SshKeyError} `MALFORMED` when there are fewer */
  bytes(length: number): Buffer {
    const end = this.#at + length
    if (end > this.#bytes.length) throw malformed('it ends too early')
    const bytes = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return bytes
  }

  /** @throws {SshKeyError} `MALFORMED` when something is left: two readers would disagree about what it says */
  end(): void {
    if (!this.atEnd) throw malformed('there is more than there should be')
  }
}

const malformed = (problem: string): SshKeyError => new SshKeyError('MALFORMED', problem)

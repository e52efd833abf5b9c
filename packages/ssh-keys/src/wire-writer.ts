/** Writes the data types of RFC 4251 section 5. */
export class WireWriter {
  readonly #parts: Uint8Array[] = []

  byte(value: number): this {
    this.#parts.push(Buffer.of(value))
    return this
  }

  uint32(value: number): this {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(value)
    this.#parts.push(bytes)
    return this
  }

  uint64(value: bigint): this {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64BE(value)
    this.#parts.push(bytes)
    return this
  }

  /** A `string`, of bytes or of text in UTF-8. */
  string(value: Uint8Array | string): this {
    const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value
    this.uint32(bytes.length)
    this.#parts.push(bytes)
    return this
  }

  /** A positive number, big-endian; zeros in front of it are left out, and the sign byte is added when it is needed. */
  positive(value: Uint8Array): this {
    let start = 0
    while (start < value.length && value[start] === 0) start++
    const bytes = value.subarray(start)
    return this.string((bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes)
  }

  /** Bytes as they are. */
  bytes(value: Uint8Array): this {
    this.#parts.push(value)
    return this
  }

  done(): Buffer {
    return Buffer.concat(this.#parts)
  }
}

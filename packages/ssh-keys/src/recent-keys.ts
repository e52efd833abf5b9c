import { type ParsedKey, parsePublicKey } from './public-key.ts'

const MAX_KEYS = 1024

/**
 * Keys that have signed lately, ready to verify with: to import one costs a fifth of the verification. Only a key whose
 * signature was right is remembered, so strangers can push nobody out.
 */
export class RecentKeys {
  readonly #keys = new Map<string, ParsedKey>()

  /** @throws {SshKeyError} `MALFORMED`, `UNSUPPORTED`, `WEAK_KEY` */
  parse(blob: Uint8Array): ParsedKey {
    return this.#keys.get(nameOf(blob)) ?? parsePublicKey(blob)
  }

  remember(key: ParsedKey): void {
    const name = nameOf(key.blob)
    if (this.#keys.has(name)) return
    // A Map hands out its keys in the order in which they came: the first is the oldest.
    const [oldest] = this.#keys.keys()
    if (oldest !== undefined && this.#keys.size >= MAX_KEYS) this.#keys.delete(oldest)
    // A copy: what was received may be written over.
    this.#keys.set(name, { ...key, blob: Uint8Array.from(key.blob) })
  }
}

const nameOf = (blob: Uint8Array): string =>
  Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength).toString('latin1')

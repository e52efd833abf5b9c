import { randomBytes } from 'node:crypto'

/**
 * HalfSipHash-2-4 (Aumasson and Bernstein) of a range of bytes. Keyed, so that whoever may choose user names cannot choose
 * names that all fall into one place; the half of SipHash, because 32-bit words are what JavaScript computes with.
 */
export class HalfSipHash {
  readonly #k0: number
  readonly #k1: number

  /** @param key 8 bytes @default random ones */
  constructor(key: Buffer = randomBytes(8)) {
    this.#k0 = key.readInt32LE(0)
    this.#k1 = key.readInt32LE(4)
  }

  /** An unsigned 32-bit number. */
  of(bytes: Uint8Array, start: number, end: number): number {
    let v0 = this.#k0
    let v1 = this.#k1
    let v2 = 0x6c796765 ^ this.#k0
    let v3 = 0x74656462 ^ this.#k1
    let at = start
    let word = 0
    // Two rounds for each word, the last of which carries the length; then four more.
    for (let rest: 'words' | 'last word' | 'none' = 'words'; ; ) {
      if (rest === 'words' && at + 4 > end) rest = 'last word'
      if (rest === 'words') {
        word = at1(bytes, at) | (at1(bytes, at + 1) << 8) | (at1(bytes, at + 2) << 16) | (at1(bytes, at + 3) << 24)
        at += 4
      } else if (rest === 'last word') {
        word = (end - start) << 24
        for (let shift = 0; at < end; shift += 8) word |= at1(bytes, at++) << shift
      } else {
        word = 0
        v2 ^= 0xff
      }
      v3 ^= word
      for (let round = rest === 'none' ? 4 : 2; round > 0; round--) {
        v0 = (v0 + v1) | 0
        v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0
        v0 = (v0 << 16) | (v0 >>> 16)
        v2 = (v2 + v3) | 0
        v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2
        v0 = (v0 + v3) | 0
        v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0
        v2 = (v2 + v1) | 0
        v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2
        v2 = (v2 << 16) | (v2 >>> 16)
      }
      v0 ^= word
      if (rest === 'none') return (v1 ^ v3) >>> 0
      if (rest === 'last word') rest = 'none'
    }
  }
}

const at1 = (bytes: Uint8Array, at: number): number => bytes[at] as number

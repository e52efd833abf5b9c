import { FIELD, MATRIX, ROUND_CONSTANTS, SUBSTITUTION } from './streebog-tables.ts'

/** Bytes of a block, and of everything that is computed with. */
const SIZE = 64
const ROUNDS = 12

/**
 * GOST R 34.11-2012 of 256 bits, which OpenSSL does not have. Inside, bytes stand in the order of RFC 6986, the most
 * significant first; messages and digests are read and written from the other end, as everybody does.
 */
export function streebog256(...parts: readonly Uint8Array[]): Buffer {
  const message = Buffer.concat(parts)
  // RFC 6986 section 6.1: that of 512 bits begins with zeros.
  let state: Buffer = Buffer.alloc(SIZE, 1)
  let sum: Buffer = Buffer.alloc(SIZE)
  // Section 9: all whole blocks, and then one that is never whole and may be empty.
  for (let at = 0; at <= message.length; at += SIZE) {
    const block = blockOf(message.subarray(at, at + SIZE))
    state = compressed(state, bitsIn(at), block)
    sum = added(sum, block)
  }
  state = compressed(state, bitsIn(0), bitsIn(message.length))
  state = compressed(state, bitsIn(0), sum)
  return state.subarray(0, 32).reverse()
}

/** HMAC of RFC 2104 under {@link streebog256}, for keys of at most a block. */
export function hmacStreebog256(key: Uint8Array, data: Uint8Array): Buffer {
  const padded = Buffer.alloc(SIZE)
  padded.set(key)
  const inner = streebog256(xor(padded, Buffer.alloc(SIZE, 0x36)), data)
  return streebog256(xor(padded, Buffer.alloc(SIZE, 0x5c)), inner)
}

/** Filled up by a one and zeros, which go before it in this order. */
function blockOf(piece: Uint8Array): Buffer {
  const block = Buffer.alloc(SIZE)
  block.set(piece)
  if (piece.length < SIZE) block[piece.length] = 1
  return block.reverse()
}

/** As a number of 512 bits; nothing here is longer than 2^29 bytes. */
function bitsIn(bytes: number): Buffer {
  const number = Buffer.alloc(SIZE)
  number.writeUInt32BE(bytes * 8, SIZE - 4)
  return number
}

/** Section 8: g_N(h, m), with E and its key schedule. */
function compressed(state: Buffer, position: Buffer, block: Buffer): Buffer {
  let key = mixed(xor(state, position))
  let text = block
  for (let round = 0; round < ROUNDS; round++) {
    text = mixed(xor(text, key))
    key = mixed(xor(key, ROUND_CONSTANTS.subarray(round * SIZE, (round + 1) * SIZE)))
  }
  return xor(xor(text, key), xor(state, block))
}

/** Section 7: S, P and L at once. P makes of the eight words' bytes at one place a word. */
function mixed(input: Buffer): Buffer {
  table ??= tableOf()
  const output = Buffer.alloc(SIZE)
  for (let word = 0; word < 8; word++) {
    let high = 0
    let low = 0
    for (let place = 0; place < 8; place++) {
      const entry = 2 * (256 * place + (input[8 * place + word] ?? 0))
      high ^= table[entry] ?? 0
      low ^= table[entry + 1] ?? 0
    }
    output.writeInt32BE(high, 8 * word)
    output.writeInt32BE(low, 8 * word + 4)
  }
  return output
}

let table: Int32Array | undefined

/** What each byte at each of the eight places of a word adds to it, in two halves: 16 KiB, made when first needed. */
function tableOf(): Int32Array {
  const made = new Int32Array(8 * 256 * 2)
  for (let place = 0; place < 8; place++) {
    const high = MATRIX.readInt32BE(8 * place)
    const low = MATRIX.readInt32BE(8 * place + 4)
    for (const [byte, replaced] of SUBSTITUTION.entries()) {
      const entry = 2 * (256 * place + byte)
      made[entry] = product(high, replaced)
      made[entry + 1] = product(low, replaced)
    }
  }
  return made
}

/** Four bytes times one, in the field modulo {@link FIELD}. */
function product(bytes: number, factor: number): number {
  let result = 0
  let power = bytes
  for (let rest = factor; rest > 0; rest >>= 1) {
    if (rest & 1) result ^= power
    const overflows = (power >>> 7) & 0x01010101
    power = ((power & 0x7f7f7f7f) << 1) ^ (overflows * FIELD)
  }
  return result
}

function xor(left: Buffer, right: Buffer): Buffer {
  const result = Buffer.alloc(SIZE)
  for (let at = 0; at < SIZE; at++) result[at] = (left[at] ?? 0) ^ (right[at] ?? 0)
  return result
}

/** Modulo 2^512. */
function added(left: Buffer, right: Buffer): Buffer {
  const sum = Buffer.alloc(SIZE)
  let carry = 0
  for (let at = SIZE - 1; at >= 0; at--) {
    carry += (left[at] ?? 0) + (right[at] ?? 0)
    sum[at] = carry & 0xff
    carry >>= 8
  }
  return sum
}

/** Traditional crypt(3): DES (FIPS 46-3) with the expansion salted, 25 times over a block of zeros. One byte for each bit. */
import { digest, phrase } from './crypt-rounds'

const PC1: usize = memory.data<u8>([
  57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36, 63, 55,
  47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4,
])
const PC2: usize = memory.data<u8>([
  14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2, 41, 52, 31, 37, 47, 55, 30,
  40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
])
const IP: usize = memory.data<u8>([
  58, 50, 42, 34, 26, 18, 10, 2, 60, 52, 44, 36, 28, 20, 12, 4, 62, 54, 46, 38, 30, 22, 14, 6, 64, 56, 48, 40, 32, 24,
  16, 8, 57, 49, 41, 33, 25, 17, 9, 1, 59, 51, 43, 35, 27, 19, 11, 3, 61, 53, 45, 37, 29, 21, 13, 5, 63, 55, 47, 39, 31,
  23, 15, 7,
])
const P: usize = memory.data<u8>([
  16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25,
])
const S: usize = memory.data<u8>([
  14, 4, 13, 1, 2, 15, 11, 8, 3, 10, 6, 12, 5, 9, 0, 7, 0, 15, 7, 4, 14, 2, 13, 1, 10, 6, 12, 11, 9, 5, 3, 8, 4, 1, 14,
  8, 13, 6, 2, 11, 15, 12, 9, 7, 3, 10, 5, 0, 15, 12, 8, 2, 4, 9, 1, 7, 5, 11, 3, 14, 10, 0, 6, 13,
  15, 1, 8, 14, 6, 11, 3, 4, 9, 7, 2, 13, 12, 0, 5, 10, 3, 13, 4, 7, 15, 2, 8, 14, 12, 0, 1, 10, 6, 9, 11, 5, 0, 14, 7,
  11, 10, 4, 13, 1, 5, 8, 12, 6, 9, 3, 2, 15, 13, 8, 10, 1, 3, 15, 4, 2, 11, 6, 7, 12, 0, 5, 14, 9,
  10, 0, 9, 14, 6, 3, 15, 5, 1, 13, 12, 7, 11, 4, 2, 8, 13, 7, 0, 9, 3, 4, 6, 10, 2, 8, 5, 14, 12, 11, 15, 1, 13, 6, 4,
  9, 8, 15, 3, 0, 11, 1, 2, 12, 5, 10, 14, 7, 1, 10, 13, 0, 6, 9, 8, 7, 4, 15, 14, 3, 11, 5, 2, 12,
  7, 13, 14, 3, 0, 6, 9, 10, 1, 2, 8, 5, 11, 12, 4, 15, 13, 8, 11, 5, 6, 15, 0, 3, 4, 7, 2, 12, 1, 10, 14, 9, 10, 6, 9,
  0, 12, 11, 7, 13, 15, 1, 3, 14, 5, 2, 8, 4, 3, 15, 0, 6, 10, 1, 13, 8, 9, 4, 5, 11, 12, 7, 2, 14,
  2, 12, 4, 1, 7, 10, 11, 6, 8, 5, 3, 15, 13, 0, 14, 9, 14, 11, 2, 12, 4, 7, 13, 1, 5, 0, 15, 10, 3, 9, 8, 6, 4, 2, 1,
  11, 10, 13, 7, 8, 15, 9, 12, 5, 6, 3, 0, 14, 11, 8, 12, 7, 1, 14, 2, 13, 6, 15, 0, 9, 10, 4, 5, 3,
  12, 1, 10, 15, 9, 2, 6, 8, 0, 13, 3, 4, 14, 7, 5, 11, 10, 15, 4, 2, 7, 12, 9, 5, 6, 1, 13, 14, 0, 11, 3, 8, 9, 14, 15,
  5, 2, 8, 12, 3, 7, 0, 4, 10, 1, 13, 11, 6, 4, 3, 2, 12, 9, 5, 15, 10, 11, 14, 1, 7, 6, 0, 8, 13,
  4, 11, 2, 14, 15, 0, 8, 13, 3, 12, 9, 7, 5, 10, 6, 1, 13, 0, 11, 7, 4, 9, 1, 10, 14, 3, 5, 12, 2, 15, 8, 6, 1, 4, 11,
  13, 12, 3, 7, 14, 10, 15, 6, 8, 0, 5, 9, 2, 6, 11, 13, 8, 1, 4, 10, 7, 9, 5, 0, 15, 14, 2, 3, 12,
  13, 2, 8, 4, 6, 15, 11, 1, 10, 9, 3, 14, 5, 0, 12, 7, 1, 15, 13, 8, 10, 3, 7, 4, 12, 5, 6, 11, 0, 14, 9, 2, 7, 11, 4,
  1, 9, 12, 14, 2, 0, 6, 10, 13, 15, 3, 5, 8, 2, 1, 14, 7, 4, 10, 8, 13, 15, 12, 9, 0, 3, 5, 6, 11,
])
/** Which rounds turn the halves of the key by one place; the others turn them by two. */
const ONCE: u32 = 0b1000000100000011

const E: usize = memory.data(48, 16)
const KEYS: usize = memory.data(768, 16)
const CD: usize = memory.data(56, 16)
const BLOCK: usize = memory.data(64, 16)
const TURNED: usize = memory.data(64, 16)
const OUT: usize = memory.data(32, 16)

/** The expansion; bit `i` of the salt exchanges places `i` and `i + 24`. */
function expansion(salt: u32): void {
  for (let i: u32 = 0; i < 48; i++) {
    const from = (salt >> i % 24) & 1 ? (i + 24) % 48 : i
    store<u8>(E + i, <u8>(((from / 6) * 4 + (from % 6) + 31) % 32))
  }
}

/** The low seven bits of each of eight characters; parity is left out of the key. */
function schedule(): void {
  for (let i: u32 = 0; i < 56; i++) {
    const bit = <u32>load<u8>(PC1 + i) - 1
    store<u8>(CD + i, (load<u8>(phrase + (bit >> 3)) >> <u8>(6 - (bit & 7))) & 1)
  }
  for (let round: u32 = 0; round < 16; round++) {
    for (let turns: u32 = (ONCE >> round) & 1 ? 1 : 2; turns > 0; turns--) {
      const c = load<u8>(CD)
      const d = load<u8>(CD, 28)
      memory.copy(CD, CD + 1, 55)
      store<u8>(CD, c, 27)
      store<u8>(CD, d, 55)
    }
    for (let i: u32 = 0; i < 48; i++) store<u8>(KEYS + round * 48 + i, load<u8>(CD + load<u8>(PC2 + i) - 1))
  }
}

/** The function f of FIPS 46-3, of the right half, into the left one. */
function round(left: usize, right: usize, key: usize): void {
  for (let s: u32 = 0; s < 8; s++) {
    let six: u32 = 0
    for (let i: u32 = s * 6; i < s * 6 + 6; i++) six = (six << 1) | (load<u8>(right + load<u8>(E + i)) ^ load<u8>(key + i))
    // The outer bits are the row, the inner ones the column.
    const four = <u32>load<u8>(S + s * 64 + ((six & 0x20) | ((six & 1) << 4) | ((six >> 1) & 0xf)))
    for (let i: u32 = 0; i < 4; i++) store<u8>(OUT + s * 4 + i, <u8>((four >> (3 - i)) & 1))
  }
  for (let i: u32 = 0; i < 32; i++) store<u8>(left + i, load<u8>(left + i) ^ load<u8>(OUT + load<u8>(P + i) - 1))
}

/** The key is in `phrase`; eight bytes come out in `digest`. */
export function desCrypt(salt: u32): void {
  expansion(salt)
  schedule()
  memory.fill(BLOCK, 0, 64)
  let left = BLOCK
  let right = BLOCK + 32
  // The permutations at the beginning and the end of one encryption undo those of its neighbours.
  for (let times = 0; times < 25; times++) {
    for (let key = KEYS; key < KEYS + 768; key += 48) {
      round(left, right, key)
      const other = left
      left = right
      right = other
    }
    const other = left
    left = right
    right = other
  }
  memory.copy(TURNED, left, 32)
  memory.copy(TURNED + 32, right, 32)
  memory.fill(digest, 0, 8)
  for (let i: u32 = 0; i < 64; i++) {
    // The inverse of IP: bit i goes where IP takes it from.
    const to = <u32>load<u8>(IP + i) - 1
    store<u8>(digest + (to >> 3), load<u8>(digest + (to >> 3)) | (load<u8>(TURNED + i) << <u8>(7 - (to & 7))))
  }
}

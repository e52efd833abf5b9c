/**
 * The memory-hard part of yescrypt 1.0 (the paper's flavour: 6 rounds, gather 4, simple 2, S-boxes of 12 KiB), for one
 * lane at a time. Around it are PBKDF2 and HMAC, which the caller has.
 *
 * A block of 64 bytes is four vectors, its words in the order in which Salsa20's columns can be computed side by side.
 */

/** Bytes of one S-box, and the bits of its index that count: whole vectors. */
const BOX: usize = 4096
const INDEX: u64 = 0xff0

/** The S-boxes of this lane, whose roles turn with each block, and where the next vector is written. */
let s0: usize = 0
let s1: usize = 0
let s2: usize = 0
let next: usize = 0

@inline
function rotated(x: v128, bits: i32): v128 {
  return v128.or(i32x4.shl(x, bits), i32x4.shr_u(x, 32 - bits))
}

@inline
function lane(x: v128, a: usize, b: usize): v128 {
  const index = <u64>i64x2.extract_lane(x, 0)
  const low = v128.shuffle<i32>(x, x, 0, 2, 0, 2)
  const high = v128.shuffle<i32>(x, x, 1, 3, 1, 3)
  const product = i64x2.extmul_low_i32x4_u(low, high)
  return v128.xor(
    i64x2.add(product, v128.load(a + <usize>(index & INDEX))),
    v128.load(b + <usize>((index >> 32) & INDEX)),
  )
}

/** Salsa20 with that many double rounds, in place. */
function salsa20(block: usize, doubleRounds: u32): void {
  const b0 = v128.load(block)
  const b1 = v128.load(block, 16)
  const b2 = v128.load(block, 32)
  const b3 = v128.load(block, 48)
  let x0 = b0
  let x1 = b1
  let x2 = b2
  let x3 = b3
  for (; doubleRounds > 0; doubleRounds--) {
    x1 = v128.xor(x1, rotated(i32x4.add(x0, x3), 7))
    x2 = v128.xor(x2, rotated(i32x4.add(x1, x0), 9))
    x3 = v128.xor(x3, rotated(i32x4.add(x2, x1), 13))
    x0 = v128.xor(x0, rotated(i32x4.add(x3, x2), 18))
    x1 = v128.shuffle<i32>(x1, x1, 3, 0, 1, 2)
    x2 = v128.shuffle<i32>(x2, x2, 2, 3, 0, 1)
    x3 = v128.shuffle<i32>(x3, x3, 1, 2, 3, 0)
    x3 = v128.xor(x3, rotated(i32x4.add(x0, x1), 7))
    x2 = v128.xor(x2, rotated(i32x4.add(x3, x0), 9))
    x1 = v128.xor(x1, rotated(i32x4.add(x2, x3), 13))
    x0 = v128.xor(x0, rotated(i32x4.add(x1, x2), 18))
    x1 = v128.shuffle<i32>(x1, x1, 1, 2, 3, 0)
    x2 = v128.shuffle<i32>(x2, x2, 2, 3, 0, 1)
    x3 = v128.shuffle<i32>(x3, x3, 3, 0, 1, 2)
  }
  v128.store(block, i32x4.add(x0, b0))
  v128.store(block, i32x4.add(x1, b1), 16)
  v128.store(block, i32x4.add(x2, b2), 32)
  v128.store(block, i32x4.add(x3, b3), 48)
}

/** The vector of the input that comes in at this address: mixed with its mate, which may be replaced by what comes of it. */
@inline
function incoming(from: usize, mate: usize, keep: bool): v128 {
  if (mate === 0) return v128.load(from)
  const x = v128.xor(v128.load(from), v128.load(mate))
  if (keep) v128.store(mate, x)
  return x
}

/**
 * BlockMix with pwxform, from `from` (exclusive-or `mate`, unless that is 0) to `to`, which may be `from`.
 * With `keep` the mate becomes what went in.
 */
@inline
function blockMix(from: usize, mate: usize, to: usize, size: usize, keep: bool): void {
  const last = size - 64
  let a = s0
  let b = s1
  let c = s2
  let w = next
  const mateLast = mate === 0 ? 0 : mate + last
  let x0 = incoming(from + last, mateLast, false)
  let x1 = incoming(from + last + 16, mate === 0 ? 0 : mateLast + 16, false)
  let x2 = incoming(from + last + 32, mate === 0 ? 0 : mateLast + 32, false)
  let x3 = incoming(from + last + 48, mate === 0 ? 0 : mateLast + 48, false)
  for (let at: usize = 0; at < size; at += 64) {
    const source = from + at
    const other = mate === 0 ? 0 : mate + at
    x0 = v128.xor(x0, incoming(source, other, keep))
    x1 = v128.xor(x1, incoming(source + 16, mate === 0 ? 0 : other + 16, keep))
    x2 = v128.xor(x2, incoming(source + 32, mate === 0 ? 0 : other + 32, keep))
    x3 = v128.xor(x3, incoming(source + 48, mate === 0 ? 0 : other + 48, keep))
    x0 = lane(x0, a, b)
    x1 = lane(x1, a, b)
    x2 = lane(x2, a, b)
    x3 = lane(x3, a, b)
    // All rounds but the first and the last also write what they compute into the third S-box.
    const end = w + 256
    for (; w < end; w += 64) {
      x0 = lane(x0, a, b)
      v128.store(c + w, x0)
      x1 = lane(x1, a, b)
      v128.store(c + w, x1, 16)
      x2 = lane(x2, a, b)
      v128.store(c + w, x2, 32)
      x3 = lane(x3, a, b)
      v128.store(c + w, x3, 48)
    }
    w &= BOX - 1
    x0 = lane(x0, a, b)
    x1 = lane(x1, a, b)
    x2 = lane(x2, a, b)
    x3 = lane(x3, a, b)
    const turned = c
    c = b
    b = a
    a = turned
    v128.store(to + at, x0)
    v128.store(to + at, x1, 16)
    v128.store(to + at, x2, 32)
    v128.store(to + at, x3, 48)
  }
  salsa20(to + last, 1)
  s0 = a
  s1 = b
  s2 = c
  next = w
}

function mixAlone(from: usize, to: usize, size: usize): void {
  blockMix(from, 0, to, size, false)
}

function mixWith(from: usize, mate: usize, to: usize, size: usize): void {
  blockMix(from, mate, to, size, false)
}

function mixInto(from: usize, mate: usize, to: usize, size: usize): void {
  blockMix(from, mate, to, size, true)
}

/** The first two words of the last block, which lie apart in this order. */
@inline
function integerify(x: usize, size: usize): u32 {
  return load<u32>(x + size - 64)
}

/** Makes the lane's S-boxes of the 128 bytes at `block`, by scrypt's own SMix with r = 1 (RFC 7914 section 5). */
export function fillBoxes(block: usize, boxes: usize): void {
  for (let at = boxes; at < boxes + 3 * BOX; at += 128) {
    memory.copy(at, block, 128)
    // BlockMix with Salsa20/8, for two blocks; no look back, because that takes the flags of yescrypt.
    for (let i: usize = 0; i < 64; i += 16) v128.store(block + i, v128.xor(v128.load(block + i), v128.load(block + i, 64)))
    salsa20(block, 4)
    for (let i: usize = 0; i < 64; i += 16) v128.store(block + i, v128.xor(v128.load(block + i, 64), v128.load(block + i)), 64)
    salsa20(block + 64, 4)
  }
  s2 = boxes
  s1 = boxes + BOX
  s0 = boxes + 2 * BOX
  next = 0
}

/** Puts down where this lane's S-boxes stand, behind them, to take it up later. */
export function parkBoxes(boxes: usize): void {
  store<usize>(boxes + 3 * BOX, s0)
  store<usize>(boxes + 3 * BOX, s1, 4)
  store<usize>(boxes + 3 * BOX, s2, 8)
  store<usize>(boxes + 3 * BOX, next, 12)
}

export function resumeBoxes(boxes: usize): void {
  s0 = load<usize>(boxes + 3 * BOX)
  s1 = load<usize>(boxes + 3 * BOX, 4)
  s2 = load<usize>(boxes + 3 * BOX, 8)
  next = load<usize>(boxes + 3 * BOX, 12)
}

/** SMix1: fills `n` blocks of `size` bytes at `v` from the one at `x`, looking back with the flag for reading and writing. */
export function fill(x: usize, v: usize, size: usize, n: u32): void {
  memory.copy(v, x, size)
  let from = v
  let floor: u32 = 1
  for (let i: u32 = 0; i < n; i++) {
    const to = i + 1 < n ? from + size : x
    if (i > 1) {
      if (i === floor << 1) floor = i
      const j = (integerify(from, size) & (floor - 1)) + (i - floor)
      mixWith(from, v + <usize>j * size, to, size)
    } else {
      mixAlone(from, to, size)
    }
    from = to
  }
}

/** SMix2: `loops` times a block of the `n` (a power of two) at `v`, which are changed with `write`. */
export function mix(x: usize, v: usize, size: usize, n: u32, loops: u32, write: bool): void {
  for (let i: u32 = 0; i < loops; i++) {
    const mate = v + <usize>(integerify(x, size) & (n - 1)) * size
    if (write) mixInto(x, mate, x, size)
    else mixWith(x, mate, x, size)
  }
}

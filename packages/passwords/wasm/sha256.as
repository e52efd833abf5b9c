/** SHA-256, one block at a time (FIPS 180-4). */

/** FIPS 180-4 section 4.2.2. */
const K: usize = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
])

/** FIPS 180-4 section 5.3.3. */
const INITIAL: usize = memory.data<u32>([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
])

/** The message schedule. */
const W: usize = memory.data(256, 16)

@inline
function t1(e: u32, f: u32, g: u32, h: u32, k: usize, w: usize): u32 {
  return h + (rotr<u32>(e, 6) ^ rotr<u32>(e, 11) ^ rotr<u32>(e, 25)) + (g ^ (e & (f ^ g))) + load<u32>(k) + load<u32>(w)
}

@inline
function t2(a: u32, b: u32, c: u32): u32 {
  return (rotr<u32>(a, 2) ^ rotr<u32>(a, 13) ^ rotr<u32>(a, 22)) + ((a & b) | (c & (a | b)))
}

@inline
function s0(x: u32): u32 {
  return rotr<u32>(x, 7) ^ rotr<u32>(x, 18) ^ (x >> 3)
}

@inline
function s1(y: u32): u32 {
  return rotr<u32>(y, 17) ^ rotr<u32>(y, 19) ^ (y >> 10)
}

export function sha256Start(state: usize): void {
  memory.copy(state, INITIAL, 32)
}

/** The state as the digest that it is: big-endian. */
@inline
export function sha256Digest(state: usize, digest: usize): void {
  store<u32>(digest, bswap<u32>(load<u32>(state, 0)), 0)
  store<u32>(digest, bswap<u32>(load<u32>(state, 4)), 4)
  store<u32>(digest, bswap<u32>(load<u32>(state, 8)), 8)
  store<u32>(digest, bswap<u32>(load<u32>(state, 12)), 12)
  store<u32>(digest, bswap<u32>(load<u32>(state, 16)), 16)
  store<u32>(digest, bswap<u32>(load<u32>(state, 20)), 20)
  store<u32>(digest, bswap<u32>(load<u32>(state, 24)), 24)
  store<u32>(digest, bswap<u32>(load<u32>(state, 28)), 28)
}

/** FIPS 180-4 section 6.2.2. Unrolled as far as the names of the eight variables take to come round. */
export function sha256Block(state: usize, block: usize): void {
  for (let i: usize = 0; i < 64; i += 4) store<u32>(W + i, bswap<u32>(load<u32>(block + i)))
  for (let w = W; w < W + 192; w += 8) {
    store<u32>(w, s1(load<u32>(w, 56)) + load<u32>(w, 36) + s0(load<u32>(w, 4)) + load<u32>(w), 64)
    store<u32>(w, s1(load<u32>(w, 60)) + load<u32>(w, 40) + s0(load<u32>(w, 8)) + load<u32>(w, 4), 68)
  }
  let a = load<u32>(state, 0)
  let b = load<u32>(state, 4)
  let c = load<u32>(state, 8)
  let d = load<u32>(state, 12)
  let e = load<u32>(state, 16)
  let f = load<u32>(state, 20)
  let g = load<u32>(state, 24)
  let h = load<u32>(state, 28)
  let t: u32
  let k = K
  for (let w = W; w < W + 256; w += 32) {
    t = t1(e, f, g, h, k + 0, w + 0)
    d += t
    h = t + t2(a, b, c)
    t = t1(d, e, f, g, k + 4, w + 4)
    c += t
    g = t + t2(h, a, b)
    t = t1(c, d, e, f, k + 8, w + 8)
    b += t
    f = t + t2(g, h, a)
    t = t1(b, c, d, e, k + 12, w + 12)
    a += t
    e = t + t2(f, g, h)
    t = t1(a, b, c, d, k + 16, w + 16)
    h += t
    d = t + t2(e, f, g)
    t = t1(h, a, b, c, k + 20, w + 20)
    g += t
    c = t + t2(d, e, f)
    t = t1(g, h, a, b, k + 24, w + 24)
    f += t
    b = t + t2(c, d, e)
    t = t1(f, g, h, a, k + 28, w + 28)
    e += t
    a = t + t2(b, c, d)
    k += 32
  }
  store<u32>(state, load<u32>(state, 0) + a, 0)
  store<u32>(state, load<u32>(state, 4) + b, 4)
  store<u32>(state, load<u32>(state, 8) + c, 8)
  store<u32>(state, load<u32>(state, 12) + d, 12)
  store<u32>(state, load<u32>(state, 16) + e, 16)
  store<u32>(state, load<u32>(state, 20) + f, 20)
  store<u32>(state, load<u32>(state, 24) + g, 24)
  store<u32>(state, load<u32>(state, 28) + h, 28)
}

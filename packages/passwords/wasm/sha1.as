/** SHA-1, one block at a time (FIPS 180-4). */

/** The message schedule. */
const W: usize = memory.data(320, 16)

export function sha1Start(state: usize): void {
  store<u32>(state, 0x67452301)
  store<u32>(state, 0xefcdab89, 4)
  store<u32>(state, 0x98badcfe, 8)
  store<u32>(state, 0x10325476, 12)
  store<u32>(state, 0xc3d2e1f0, 16)
}

@inline
function choose(b: u32, c: u32, d: u32): u32 {
  return (d ^ (b & (c ^ d))) + 0x5a827999
}

@inline
function majority(b: u32, c: u32, d: u32): u32 {
  return ((b & c) | (d & (b | c))) + 0x8f1bbcdc
}

/** FIPS 180-4 section 6.1.2. */
export function sha1Block(state: usize, block: usize): void {
  for (let i: usize = 0; i < 64; i += 4) store<u32>(W + i, bswap<u32>(load<u32>(block + i)))
  for (let w = W; w < W + 256; w += 4) {
    store<u32>(w, rotl<u32>(load<u32>(w, 52) ^ load<u32>(w, 32) ^ load<u32>(w, 8) ^ load<u32>(w), 1), 64)
  }
  let a = load<u32>(state)
  let b = load<u32>(state, 4)
  let c = load<u32>(state, 8)
  let d = load<u32>(state, 12)
  let e = load<u32>(state, 16)
  for (let w = W; w < W + 80; w += 20) {
    e += rotl<u32>(a, 5) + choose(b, c, d) + load<u32>(w)
    b = rotl<u32>(b, 30)
    d += rotl<u32>(e, 5) + choose(a, b, c) + load<u32>(w, 4)
    a = rotl<u32>(a, 30)
    c += rotl<u32>(d, 5) + choose(e, a, b) + load<u32>(w, 8)
    e = rotl<u32>(e, 30)
    b += rotl<u32>(c, 5) + choose(d, e, a) + load<u32>(w, 12)
    d = rotl<u32>(d, 30)
    a += rotl<u32>(b, 5) + choose(c, d, e) + load<u32>(w, 16)
    c = rotl<u32>(c, 30)
  }
  for (let w = W + 80; w < W + 160; w += 20) {
    e += rotl<u32>(a, 5) + (b ^ c ^ d) + 0x6ed9eba1 + load<u32>(w)
    b = rotl<u32>(b, 30)
    d += rotl<u32>(e, 5) + (a ^ b ^ c) + 0x6ed9eba1 + load<u32>(w, 4)
    a = rotl<u32>(a, 30)
    c += rotl<u32>(d, 5) + (e ^ a ^ b) + 0x6ed9eba1 + load<u32>(w, 8)
    e = rotl<u32>(e, 30)
    b += rotl<u32>(c, 5) + (d ^ e ^ a) + 0x6ed9eba1 + load<u32>(w, 12)
    d = rotl<u32>(d, 30)
    a += rotl<u32>(b, 5) + (c ^ d ^ e) + 0x6ed9eba1 + load<u32>(w, 16)
    c = rotl<u32>(c, 30)
  }
  for (let w = W + 160; w < W + 240; w += 20) {
    e += rotl<u32>(a, 5) + majority(b, c, d) + load<u32>(w)
    b = rotl<u32>(b, 30)
    d += rotl<u32>(e, 5) + majority(a, b, c) + load<u32>(w, 4)
    a = rotl<u32>(a, 30)
    c += rotl<u32>(d, 5) + majority(e, a, b) + load<u32>(w, 8)
    e = rotl<u32>(e, 30)
    b += rotl<u32>(c, 5) + majority(d, e, a) + load<u32>(w, 12)
    d = rotl<u32>(d, 30)
    a += rotl<u32>(b, 5) + majority(c, d, e) + load<u32>(w, 16)
    c = rotl<u32>(c, 30)
  }
  for (let w = W + 240; w < W + 320; w += 20) {
    e += rotl<u32>(a, 5) + (b ^ c ^ d) + 0xca62c1d6 + load<u32>(w)
    b = rotl<u32>(b, 30)
    d += rotl<u32>(e, 5) + (a ^ b ^ c) + 0xca62c1d6 + load<u32>(w, 4)
    a = rotl<u32>(a, 30)
    c += rotl<u32>(d, 5) + (e ^ a ^ b) + 0xca62c1d6 + load<u32>(w, 8)
    e = rotl<u32>(e, 30)
    b += rotl<u32>(c, 5) + (d ^ e ^ a) + 0xca62c1d6 + load<u32>(w, 12)
    d = rotl<u32>(d, 30)
    a += rotl<u32>(b, 5) + (c ^ d ^ e) + 0xca62c1d6 + load<u32>(w, 16)
    c = rotl<u32>(c, 30)
  }
  store<u32>(state, load<u32>(state) + a)
  store<u32>(state, load<u32>(state, 4) + b, 4)
  store<u32>(state, load<u32>(state, 8) + c, 8)
  store<u32>(state, load<u32>(state, 12) + d, 12)
  store<u32>(state, load<u32>(state, 16) + e, 16)
}

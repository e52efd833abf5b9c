/** MD5, one block at a time (RFC 1321). */

export function md5Start(state: usize): void {
  store<u32>(state, 0x67452301)
  store<u32>(state, 0xefcdab89, 4)
  store<u32>(state, 0x98badcfe, 8)
  store<u32>(state, 0x10325476, 12)
}

@inline
function f(a: u32, b: u32, c: u32, d: u32, x: u32, s: u32, k: u32): u32 {
  return b + rotl<u32>(a + (d ^ (b & (c ^ d))) + x + k, s)
}

@inline
function g(a: u32, b: u32, c: u32, d: u32, x: u32, s: u32, k: u32): u32 {
  return b + rotl<u32>(a + (c ^ (d & (b ^ c))) + x + k, s)
}

@inline
function h(a: u32, b: u32, c: u32, d: u32, x: u32, s: u32, k: u32): u32 {
  return b + rotl<u32>(a + (b ^ c ^ d) + x + k, s)
}

@inline
function i(a: u32, b: u32, c: u32, d: u32, x: u32, s: u32, k: u32): u32 {
  return b + rotl<u32>(a + (c ^ (b | ~d)) + x + k, s)
}

/** RFC 1321 section 3.4. */
export function md5Block(state: usize, block: usize): void {
  let a = load<u32>(state)
  let b = load<u32>(state, 4)
  let c = load<u32>(state, 8)
  let d = load<u32>(state, 12)
  const x0 = load<u32>(block, 0)
  const x1 = load<u32>(block, 4)
  const x2 = load<u32>(block, 8)
  const x3 = load<u32>(block, 12)
  const x4 = load<u32>(block, 16)
  const x5 = load<u32>(block, 20)
  const x6 = load<u32>(block, 24)
  const x7 = load<u32>(block, 28)
  const x8 = load<u32>(block, 32)
  const x9 = load<u32>(block, 36)
  const x10 = load<u32>(block, 40)
  const x11 = load<u32>(block, 44)
  const x12 = load<u32>(block, 48)
  const x13 = load<u32>(block, 52)
  const x14 = load<u32>(block, 56)
  const x15 = load<u32>(block, 60)
  a = f(a, b, c, d, x0, 7, 0xd76aa478)
  d = f(d, a, b, c, x1, 12, 0xe8c7b756)
  c = f(c, d, a, b, x2, 17, 0x242070db)
  b = f(b, c, d, a, x3, 22, 0xc1bdceee)
  a = f(a, b, c, d, x4, 7, 0xf57c0faf)
  d = f(d, a, b, c, x5, 12, 0x4787c62a)
  c = f(c, d, a, b, x6, 17, 0xa8304613)
  b = f(b, c, d, a, x7, 22, 0xfd469501)
  a = f(a, b, c, d, x8, 7, 0x698098d8)
  d = f(d, a, b, c, x9, 12, 0x8b44f7af)
  c = f(c, d, a, b, x10, 17, 0xffff5bb1)
  b = f(b, c, d, a, x11, 22, 0x895cd7be)
  a = f(a, b, c, d, x12, 7, 0x6b901122)
  d = f(d, a, b, c, x13, 12, 0xfd987193)
  c = f(c, d, a, b, x14, 17, 0xa679438e)
  b = f(b, c, d, a, x15, 22, 0x49b40821)
  a = g(a, b, c, d, x1, 5, 0xf61e2562)
  d = g(d, a, b, c, x6, 9, 0xc040b340)
  c = g(c, d, a, b, x11, 14, 0x265e5a51)
  b = g(b, c, d, a, x0, 20, 0xe9b6c7aa)
  a = g(a, b, c, d, x5, 5, 0xd62f105d)
  d = g(d, a, b, c, x10, 9, 0x02441453)
  c = g(c, d, a, b, x15, 14, 0xd8a1e681)
  b = g(b, c, d, a, x4, 20, 0xe7d3fbc8)
  a = g(a, b, c, d, x9, 5, 0x21e1cde6)
  d = g(d, a, b, c, x14, 9, 0xc33707d6)
  c = g(c, d, a, b, x3, 14, 0xf4d50d87)
  b = g(b, c, d, a, x8, 20, 0x455a14ed)
  a = g(a, b, c, d, x13, 5, 0xa9e3e905)
  d = g(d, a, b, c, x2, 9, 0xfcefa3f8)
  c = g(c, d, a, b, x7, 14, 0x676f02d9)
  b = g(b, c, d, a, x12, 20, 0x8d2a4c8a)
  a = h(a, b, c, d, x5, 4, 0xfffa3942)
  d = h(d, a, b, c, x8, 11, 0x8771f681)
  c = h(c, d, a, b, x11, 16, 0x6d9d6122)
  b = h(b, c, d, a, x14, 23, 0xfde5380c)
  a = h(a, b, c, d, x1, 4, 0xa4beea44)
  d = h(d, a, b, c, x4, 11, 0x4bdecfa9)
  c = h(c, d, a, b, x7, 16, 0xf6bb4b60)
  b = h(b, c, d, a, x10, 23, 0xbebfbc70)
  a = h(a, b, c, d, x13, 4, 0x289b7ec6)
  d = h(d, a, b, c, x0, 11, 0xeaa127fa)
  c = h(c, d, a, b, x3, 16, 0xd4ef3085)
  b = h(b, c, d, a, x6, 23, 0x04881d05)
  a = h(a, b, c, d, x9, 4, 0xd9d4d039)
  d = h(d, a, b, c, x12, 11, 0xe6db99e5)
  c = h(c, d, a, b, x15, 16, 0x1fa27cf8)
  b = h(b, c, d, a, x2, 23, 0xc4ac5665)
  a = i(a, b, c, d, x0, 6, 0xf4292244)
  d = i(d, a, b, c, x7, 10, 0x432aff97)
  c = i(c, d, a, b, x14, 15, 0xab9423a7)
  b = i(b, c, d, a, x5, 21, 0xfc93a039)
  a = i(a, b, c, d, x12, 6, 0x655b59c3)
  d = i(d, a, b, c, x3, 10, 0x8f0ccc92)
  c = i(c, d, a, b, x10, 15, 0xffeff47d)
  b = i(b, c, d, a, x1, 21, 0x85845dd1)
  a = i(a, b, c, d, x8, 6, 0x6fa87e4f)
  d = i(d, a, b, c, x15, 10, 0xfe2ce6e0)
  c = i(c, d, a, b, x6, 15, 0xa3014314)
  b = i(b, c, d, a, x13, 21, 0x4e0811a1)
  a = i(a, b, c, d, x4, 6, 0xf7537e82)
  d = i(d, a, b, c, x11, 10, 0xbd3af235)
  c = i(c, d, a, b, x2, 15, 0x2ad7d2bb)
  b = i(b, c, d, a, x9, 21, 0xeb86d391)
  store<u32>(state, load<u32>(state, 0) + a, 0)
  store<u32>(state, load<u32>(state, 4) + b, 4)
  store<u32>(state, load<u32>(state, 8) + c, 8)
  store<u32>(state, load<u32>(state, 12) + d, 12)
}

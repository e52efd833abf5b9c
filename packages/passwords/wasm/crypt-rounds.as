/**
 * The rounds that md5-crypt, sha256-crypt and sha512-crypt have in common: each hashes the digest of the round before,
 * the password and the salt in an order that depends on the round's number.
 */
import { md5Block, md5Start } from './md5'
import { sha256Block, sha256Digest, sha256Start } from './sha256'
import { sha512Block, sha512Digest, sha512Start } from './sha512'

/** Four parts: a digest, a salt of 64 bytes at most, the longest password twice; and what padding adds. */
const TEMPLATE_BYTES: usize = 2560

/** The eight orders there are, each laid out and padded once; a round only fills in the digest. */
const TEMPLATES: usize = memory.data(8 * 2560, 16)
const STATE: usize = memory.data(64, 16)

/** Bytes of the template's blocks, and where in it the digest goes. */
const LENGTHS: usize = memory.data(32, 16)
const PLACES: usize = memory.data(32, 16)

/** The digest of the round before; also the result. */
export const digest: usize = memory.data(64, 16)
/** What stands for the password, and for the salt. */
export const phrase: usize = memory.data(1024, 16)
export const salt: usize = memory.data(64, 16)

/** Which hash, by the bytes of its digest. */
const MD5: u32 = 16
const SHA256: u32 = 32

function layOut(which: u32, size: u32, phraseLength: u32, saltLength: u32): void {
  const odd = (which & 4) !== 0
  const start = TEMPLATES + which * TEMPLATE_BYTES
  memory.fill(start, 0, TEMPLATE_BYTES)
  let at = start
  if (odd) {
    memory.copy(at, phrase, phraseLength)
    at += phraseLength
  } else {
    store<u32>(PLACES + which * 4, 0)
    at += size
  }
  if ((which & 2) !== 0) {
    memory.copy(at, salt, saltLength)
    at += saltLength
  }
  if ((which & 1) !== 0) {
    memory.copy(at, phrase, phraseLength)
    at += phraseLength
  }
  if (odd) {
    store<u32>(PLACES + which * 4, <u32>(at - start))
    at += size
  } else {
    memory.copy(at, phrase, phraseLength)
    at += phraseLength
  }
  const length = <u32>(at - start)
  store<u8>(at, 0x80)
  const block: u32 = size === 64 ? 128 : 64
  const lengthField: u32 = size === 64 ? 16 : 8
  const total = (length + 1 + lengthField + block - 1) & ~(block - 1)
  const bits = <u64>length * 8
  store<u64>(start + total - 8, size === MD5 ? bits : bswap<u64>(bits))
  store<u32>(LENGTHS + which * 4, total)
}

/** `size` is that of the digest: 16 for MD5, 32 for SHA-256, 64 for SHA-512. */
export function cryptRounds(size: u32, phraseLength: u32, saltLength: u32, rounds: u32): void {
  for (let which: u32 = 0; which < 8; which++) layOut(which, size, phraseLength, saltLength)
  let three: u32 = 0
  let seven: u32 = 0
  for (let i: u32 = 0; i < rounds; i++) {
    const which = ((i & 1) << 2) | (three !== 0 ? 2 : 0) | (seven !== 0 ? 1 : 0)
    if (++three === 3) three = 0
    if (++seven === 7) seven = 0
    const start = TEMPLATES + which * TEMPLATE_BYTES
    const place = start + load<u32>(PLACES + which * 4)
    const end = start + load<u32>(LENGTHS + which * 4)
    for (let j: usize = 0; j < size; j += 16) v128.store(place + j, v128.load(digest + j))
    if (size === MD5) {
      md5Start(STATE)
      for (let block = start; block < end; block += 64) md5Block(STATE, block)
      v128.store(digest, v128.load(STATE))
    } else if (size === SHA256) {
      sha256Start(STATE)
      for (let block = start; block < end; block += 64) sha256Block(STATE, block)
      sha256Digest(STATE, digest)
    } else {
      sha512Start(STATE)
      for (let block = start; block < end; block += 128) sha512Block(STATE, block)
      sha512Digest(STATE, digest)
    }
  }
}

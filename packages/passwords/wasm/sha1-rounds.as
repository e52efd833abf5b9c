/** sha1-crypt: HMAC-SHA-1 over and over, keyed with the password (RFC 2104). */
import { sha1Block, sha1Start } from './sha1'
import { digest, phrase } from './crypt-rounds'

const INNER: usize = memory.data(32, 16)
const OUTER: usize = memory.data(32, 16)
const STATE: usize = memory.data(32, 16)
const BLOCK: usize = memory.data(64, 16)

function keyed(state: usize, pad: u64): void {
  for (let i: usize = 0; i < 64; i += 8) store<u64>(BLOCK + i, load<u64>(phrase + i) ^ pad)
  sha1Start(state)
  sha1Block(state, BLOCK)
}

/** From a keyed state: what is in the block, which is one digest long. */
function finish(keyed: usize): void {
  memory.copy(STATE, keyed, 20)
  sha1Block(STATE, BLOCK)
  for (let i: usize = 0; i < 20; i += 4) store<u32>(BLOCK + i, bswap<u32>(load<u32>(STATE + i)))
}

/** The key is in `phrase`, filled up with NULs to 64 bytes; the first HMAC is in `digest`. */
export function sha1Rounds(rounds: u32): void {
  keyed(INNER, 0x3636363636363636)
  keyed(OUTER, 0x5c5c5c5c5c5c5c5c)
  memory.copy(BLOCK, digest, 20)
  memory.fill(BLOCK + 20, 0, 44)
  store<u8>(BLOCK, 0x80, 20)
  // One block of key and twenty bytes, in bits.
  store<u64>(BLOCK, bswap<u64>(84 * 8), 56)
  for (let i: u32 = 0; i < rounds; i++) {
    finish(INNER)
    finish(OUTER)
  }
  memory.copy(digest, BLOCK, 20)
}

/** What the worker calls. The caller writes into memory at the exported places, and reads the result there. */
export { digest, phrase, salt, cryptRounds } from './crypt-rounds'
export { desCrypt } from './des'
export { sha1Rounds } from './sha1-rounds'
export { fill, fillBoxes, mix, parkBoxes, resumeBoxes } from './yescrypt'

/** Where the memory begins that yescrypt may use as the caller likes; aligned to a block. */
export const free: usize = (__heap_base + 63) & ~63

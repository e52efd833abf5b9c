import { encodeCrypt } from './crypt-base64.ts'
import type { CryptJob } from './worker/crypt-job.ts'
import { cryptPool } from './worker/crypt-pool.ts'

/** Memory of one of the small ones: the module and what it works on. */
export const SMALL_JOB_BYTES: number = 256 * 1024

/** crypt(3) takes a C string: what follows a NUL would not count. */
export function admitsNoNul(password: Uint8Array): boolean {
  return !password.includes(0)
}

/** HMAC fills keys up with NULs (RFC 2104 section 2), so `p` and `p\0` are the same password to it. */
export function admitsNoFinalNul(password: Uint8Array): boolean {
  return password.at(-1) !== 0
}

/** The bytes in another order, some perhaps twice: crypt(3) writes digests in orders of its own. */
export function inOrder(digest: Uint8Array, order: readonly number[]): Buffer {
  return Buffer.from(order.map((at) => digest[at] ?? 0))
}

/**
 * Computes on a thread of our own, and writes the digest as the format does. Compared as text, so that there is one
 * spelling of each hash.
 */
export async function deriveText(job: CryptJob, encode: (digest: Buffer) => string = encodeCrypt): Promise<Buffer> {
  return Buffer.from(encode(await cryptPool.run(job)))
}

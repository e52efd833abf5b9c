import type { GostYescryptJob } from './crypt-job.ts'
import { hmacStreebog256, streebog256 } from './streebog.ts'
import { computeYescrypt } from './yescrypt.ts'

/**
 * libxcrypt's: what yescrypt makes is the message of an HMAC with Streebog. Its key is another HMAC, of everything that
 * stands before the hash, under the password; hashed first, as else a long password and its hash would be the same key.
 */
export function computeGostYescrypt({ setting, ...job }: GostYescryptJob): Uint8Array {
  const key = hmacStreebog256(streebog256(job.password), Buffer.from(setting))
  return hmacStreebog256(key, computeYescrypt({ ...job, scheme: 'yescrypt' }))
}

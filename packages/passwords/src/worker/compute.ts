import { createHash, createHmac, hash } from 'node:crypto'
import type { CryptJob, DesCryptJob, Md5CryptJob, Sha1CryptJob, ShaCryptJob } from './crypt-job.ts'
import { withCryptModule } from './crypt-module.ts'
import { computeGostYescrypt } from './gost-yescrypt.ts'
import { computeYescrypt } from './yescrypt.ts'

/** Runs where it is called, for as long as it takes: only for workers. */
export function compute(job: CryptJob): Uint8Array {
  switch (job.scheme) {
    case 'md5-crypt':
      return computeMd5Crypt(job)
    case 'sha-crypt':
      return computeShaCrypt(job)
    case 'sha1-crypt':
      return computeSha1Crypt(job)
    case 'des-crypt':
      return computeDesCrypt(job)
    case 'yescrypt':
      return computeYescrypt(job)
    case 'gost-yescrypt':
      return computeGostYescrypt(job)
  }
}

const MD5_ROUNDS = 1000

/** Poul-Henning Kamp's, with the marks of either FreeBSD or Apache. */
function computeMd5Crypt({ password, salt, magic }: Md5CryptJob): Uint8Array {
  const around = digestOf('md5', password, salt, password)
  const parts: Uint8Array[] = [password, Buffer.from(magic), salt, repeated(around, password.length)]
  // The mark for a set bit is the first byte of a buffer that was cleared, hence NUL.
  for (let n = password.length; n > 0; n >>= 1) parts.push((n & 1) === 1 ? Buffer.alloc(1) : password.subarray(0, 1))
  return rounds(digestOf('md5', ...parts), password, salt, MD5_ROUNDS)
}

/** Ulrich Drepper's "Unix crypt using SHA-256 and SHA-512", steps 1 to 21. */
function computeShaCrypt({ digest, password, salt, rounds: count }: ShaCryptJob): Uint8Array {
  const around = digestOf(digest, password, salt, password)
  const parts: Uint8Array[] = [password, salt, repeated(around, password.length)]
  for (let n = password.length; n > 0; n >>= 1) parts.push((n & 1) === 1 ? around : password)
  const first = digestOf(digest, ...parts)
  const phrase = repeated(digestOf(digest, ...copies(password, password.length)), password.length)
  const seasoning = repeated(digestOf(digest, ...copies(salt, 16 + (first[0] ?? 0))), salt.length)
  return rounds(first, phrase, seasoning, count)
}

/** NetBSD's: HMAC-SHA-1 of itself, begun with the salt, the mark and the number of rounds. */
function computeSha1Crypt({ password, salt, rounds: count }: Sha1CryptJob): Uint8Array {
  const first = createHmac('sha1', password).update(salt).update(`$sha1$${count}`).digest()
  // RFC 2104 section 2: longer keys are hashed.
  const key = password.length > 64 ? hash('sha1', password, 'buffer') : password
  return withCryptModule((module) => {
    module.load(key, Buffer.alloc(0), first)
    module.run.sha1Rounds(count - 1)
    return module.digest(20)
  })
}

function computeDesCrypt({ password, salt }: DesCryptJob): Uint8Array {
  return withCryptModule((module) => {
    module.load(password.subarray(0, 8), Buffer.alloc(0), Buffer.alloc(0))
    module.run.desCrypt(salt)
    return module.digest(8)
  })
}

function rounds(first: Uint8Array, phrase: Uint8Array, salt: Uint8Array, count: number): Uint8Array {
  return withCryptModule((module) => {
    module.load(phrase, salt, first)
    module.run.cryptRounds(first.length, phrase.length, salt.length, count)
    return module.digest(first.length)
  })
}

function digestOf(algorithm: string, ...parts: readonly Uint8Array[]): Buffer {
  const digest = createHash(algorithm)
  for (const part of parts) digest.update(part)
  return digest.digest()
}

function copies(part: Uint8Array, count: number): readonly Uint8Array[] {
  return Array.from({ length: count }, () => part)
}

/** As many bytes as asked for, from the beginning again and again. */
function repeated(digest: Uint8Array, length: number): Uint8Array {
  return Buffer.alloc(length, digest)
}

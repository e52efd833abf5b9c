import { pbkdf2 } from 'node:crypto'
import { admitsNoFinalNul } from './crypt-format.ts'
import { type Derivation, tooCostly } from './format.ts'

export type Pbkdf2Digest = 'sha1' | 'sha256' | 'sha512'

/** All that PBKDF2 (RFC 8018 section 5.2) takes but the password, whichever format says it. */
export interface Pbkdf2Parameters {
  readonly digest: Pbkdf2Digest
  readonly iterations: number
  readonly salt: Buffer
  /** Bytes. */
  readonly keyLength: number
}

/** OWASP's Password Storage Cheat Sheet. It has a figure for SHA-1 too, for those who cannot stop using it. */
export const PBKDF2_FLOOR: Readonly<Record<Pbkdf2Digest, number>> = {
  sha1: Number.POSITIVE_INFINITY,
  sha256: 600_000,
  sha512: 220_000,
}

/** Bytes of a digest, which are those of the key: more are more work for us and none for an attacker. */
export const PBKDF2_KEY_BYTES: Readonly<Record<Pbkdf2Digest, number>> = { sha1: 20, sha256: 32, sha512: 64 }

const FLOOR_SALT_BYTES = 16
const MAX_ITERATIONS = 5_000_000

/** @throws {PasswordsError} `COST_ABOVE_LIMIT` */
export function pbkdf2Derivation({ digest, iterations, salt, keyLength }: Pbkdf2Parameters): Derivation {
  if (iterations > MAX_ITERATIONS) throw tooCostly('pbkdf2', '5,000,000 iterations')
  return {
    memoryBytes: 4096,
    weak: iterations < PBKDF2_FLOOR[digest] || salt.length < FLOOR_SALT_BYTES,
    admits: admitsNoFinalNul,
    derive: (password) =>
      new Promise((resolve, reject) => {
        pbkdf2(password, salt, iterations, keyLength, digest, (error, key) => (error ? reject(error) : resolve(key)))
      }),
  }
}

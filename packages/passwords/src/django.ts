import { hash } from 'node:crypto'
import { fromPaddedBase64 } from './base64.ts'
import { parseBcrypt } from './bcrypt.ts'
import { type Format, malformed, type Recipe } from './format.ts'
import { PBKDF2_KEY_BYTES, pbkdf2Derivation } from './pbkdf2-derivation.ts'
import { isPossibleScrypt, scryptDerivation } from './scrypt-derivation.ts'

const NUMBER = '([1-9][0-9]{0,9})'
const SALT = '([^$]{1,128})'
const PBKDF2 = new RegExp(`^pbkdf2_(sha1|sha256)\\$${NUMBER}\\$${SALT}\\$([^$]+)$`)
const SCRYPT = new RegExp(`^scrypt\\$${NUMBER}\\$${SALT}\\$${NUMBER}\\$${NUMBER}\\$([^$]+)$`)

/** Django's `pbkdf2_sha256$iterations$salt$hash`, and the same with `sha1`. The salt is the text that it is. */
export const djangoPbkdf2: Format = {
  claims: (stored) => stored.startsWith('pbkdf2_sha256$') || stored.startsWith('pbkdf2_sha1$'),

  parse(stored): Recipe {
    const [, name, iterations, salt = '', key = ''] = PBKDF2.exec(stored) ?? []
    const digest = name === 'sha1' ? 'sha1' : 'sha256'
    const expected = fromPaddedBase64(key)
    const keyLength = PBKDF2_KEY_BYTES[digest]
    if (name === undefined || expected?.length !== keyLength) throw malformed('pbkdf2 as Django writes it')
    const parameters = { digest, iterations: Number(iterations), salt: Buffer.from(salt), keyLength } as const
    return { ...pbkdf2Derivation(parameters), expected }
  },
}

/** Django's `scrypt$N$salt$r$p$hash`. */
export const djangoScrypt: Format = {
  claims: (stored) => stored.startsWith('scrypt$'),

  parse(stored): Recipe {
    const [, cost, salt = '', blockSize, parallelization, key = ''] = SCRYPT.exec(stored) ?? []
    const expected = fromPaddedBase64(key)
    const parameters = {
      logCost: Math.log2(Number(cost)),
      blockSize: Number(blockSize),
      parallelization: Number(parallelization),
      salt: Buffer.from(salt),
      keyLength: 64,
    }
    if (expected?.length !== 64 || !isPossibleScrypt(parameters)) throw malformed('scrypt as Django writes it')
    return { ...scryptDerivation(parameters), expected }
  },
}

const BCRYPT_SHA256 = 'bcrypt_sha256$'

/** Django's `bcrypt_sha256$` before a bcrypt string: bcrypt of the SHA-256 in hexadecimal, so that every byte counts. */
export const djangoBcryptSha256: Format = {
  claims: (stored) => stored.startsWith(BCRYPT_SHA256),
  parse: (stored) =>
    parseBcrypt(stored.slice(BCRYPT_SHA256.length), (password) => Buffer.from(hash('sha256', password, 'hex'))),
}

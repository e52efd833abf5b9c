import { PortalError } from '@gatewright/portal'
import { type Argon2idOptions, draftArgon2id } from './argon2.ts'
import { type BcryptOptions, draftBcrypt } from './bcrypt.ts'
import { PasswordsError } from './errors.ts'
import type { Draft } from './format.ts'
import { recipeOf } from './formats.ts'
import { type HashingContext, hashingBudget } from './hashing-budget.ts'
import { draftPbkdf2, type Pbkdf2Options } from './pbkdf2.ts'
import { requirePassword } from './plain.ts'
import { draftScrypt, type ScryptOptions } from './scrypt.ts'
import { draftSha512Crypt, type Sha512CryptOptions } from './sha-crypt.ts'
import { draftYescrypt, type YescryptOptions } from './yescrypt.ts'

/** How to store a password; by default Argon2id, and for other schemes what their own defaults are. */
export type HashOptions =
  | Argon2idOptions
  | BcryptOptions
  | Pbkdf2Options
  | ScryptOptions
  | Sha512CryptOptions
  | YescryptOptions

/**
 * Makes the string to store for a password: Argon2id with 19 MiB, two passes and a salt of 16 bytes, unless asked otherwise.
 *
 * @throws {PasswordsError} `BAD_PASSWORD`, `WEAK`, `COST_ABOVE_LIMIT`, `ENGINE_UNAVAILABLE`
 * @throws {PortalError} `OVERLOADED`, `ABORTED`
 */
export async function hash(password: string, options: HashOptions = {}, context: HashingContext = {}): Promise<string> {
  const bytes = requirePassword(password)
  const draft = draftOf(options)
  if (draft.weak && options.allowWeak !== true) {
    throw new PasswordsError('WEAK', 'these parameters are below what OWASP and ASVS ask for', {
      hint: 'Leave them out for the defaults. allowWeak permits less, for tests.',
    })
  }
  if (draft.admits?.(bytes) === false) {
    throw new PasswordsError('BAD_PASSWORD', 'this format cannot tell this password from another one', {
      hint: 'bcrypt looks at 72 bytes, crypt(3) stops at a NUL, HMAC overlooks one at the end; Argon2id takes every password.',
    })
  }
  return draft.encode(await hashingBudget.run(draft.memoryBytes, context, () => draft.derive(bytes)))
}

function draftOf(options: HashOptions): Draft {
  switch (options.scheme) {
    case undefined:
    case 'argon2id':
      return draftArgon2id(options)
    case 'bcrypt':
      return draftBcrypt(options)
    case 'pbkdf2-sha256':
    case 'pbkdf2-sha512':
      return draftPbkdf2(options)
    case 'scrypt':
      return draftScrypt(options)
    case 'sha512-crypt':
      return draftSha512Crypt(options)
    case 'yescrypt':
      return draftYescrypt(options)
    default:
      throw unknownScheme(options)
  }
}

function unknownScheme(_options: never): PortalError {
  return new PortalError('BAD_CONFIGURATION', 'there is no such scheme to make password hashes with', {
    hint: 'argon2id, bcrypt, pbkdf2-sha256, pbkdf2-sha512, scrypt, sha512-crypt and yescrypt are made; others only verified.',
  })
}

/**
 * Whether a stored string should be replaced when its password is next at hand, because it falls short of today's floor.
 * @throws {PasswordsError} as `verify` does
 */
export function needsRehash(stored: string): boolean {
  return recipeOf(stored).weak
}

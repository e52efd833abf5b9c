import { type Argon2idOptions, draftArgon2id } from './argon2.ts'
import { PasswordsError } from './errors.ts'
import { recipeOf } from './formats.ts'
import { type HashingContext, hashingBudget } from './hashing-budget.ts'
import { requirePassword } from './plain.ts'
import { draftScrypt, type ScryptOptions } from './scrypt.ts'

export type HashOptions = Argon2idOptions | ScryptOptions

/**
 * Makes the string to store for a password: Argon2id with 19 MiB, two passes and a salt of 16 bytes, unless asked otherwise.
 *
 * @throws {PasswordsError} `BAD_PASSWORD`, `WEAK`, `COST_ABOVE_LIMIT`, `ENGINE_UNAVAILABLE`
 * @throws {PortalError} `OVERLOADED`, `ABORTED`
 */
export async function hash(password: string, options: HashOptions = {}, context: HashingContext = {}): Promise<string> {
  const bytes = requirePassword(password)
  const draft = options.scheme === 'scrypt' ? draftScrypt(options) : draftArgon2id(options)
  if (draft.weak && options.allowWeak !== true) {
    throw new PasswordsError('WEAK', 'these parameters are below what OWASP and ASVS ask for', {
      hint: 'Leave them out for the defaults. allowWeak permits less, for tests.',
    })
  }
  if (draft.admits?.(bytes) === false) {
    throw new PasswordsError('BAD_PASSWORD', 'this format cannot tell this password from another one', {
      hint: 'A password that ends in NUL needs Argon2id.',
    })
  }
  return draft.encode(await hashingBudget.run(draft.memoryBytes, context, () => draft.derive(bytes)))
}

/**
 * Whether a stored string should be replaced when its password is next at hand, because it falls short of today's floor.
 * @throws {PasswordsError} as `verify` does
 */
export function needsRehash(stored: string): boolean {
  return recipeOf(stored).weak
}

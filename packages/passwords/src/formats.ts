import { argon2 } from './argon2.ts'
import { bcrypt } from './bcrypt.ts'
import { desCryptText } from './des-crypt.ts'
import { djangoBcryptSha256, djangoPbkdf2, djangoScrypt } from './django.ts'
import { PasswordsError } from './errors.ts'
import type { Format, Recipe } from './format.ts'
import { ldap } from './ldap.ts'
import { md5Crypt } from './md5-crypt.ts'
import { pbkdf2Strings } from './pbkdf2.ts'
import { plainText } from './plain.ts'
import { scrypt } from './scrypt.ts'
import { scryptCrypt } from './scrypt-crypt.ts'
import { shaCrypt } from './sha-crypt.ts'
import { sha1Crypt } from './sha1-crypt.ts'
import { yescrypt } from './yescrypt.ts'

/** Every format that stored passwords can be in. */
const FORMATS: readonly Format[] = [
  argon2,
  bcrypt,
  yescrypt,
  shaCrypt,
  scrypt,
  scryptCrypt,
  pbkdf2Strings,
  djangoPbkdf2,
  djangoScrypt,
  djangoBcryptSha256,
  md5Crypt,
  sha1Crypt,
  ldap,
  desCryptText,
  plainText,
]

/** Longer than any stored password; a plain one of 1,024 bytes is the longest. */
const MAX_STORED_LENGTH = 1536

/**
 * What a stored string asks for.
 * @throws {PasswordsError} `UNKNOWN_FORMAT`, `MALFORMED`, `COST_ABOVE_LIMIT`
 */
export function recipeOf(stored: string): Recipe {
  if (stored.length > MAX_STORED_LENGTH) {
    throw new PasswordsError('MALFORMED', `a stored password is longer than ${MAX_STORED_LENGTH} characters`)
  }
  const format = FORMATS.find((format) => format.claims(stored))
  if (format) return format.parse(stored)
  // Never a comparison with the text itself: then whoever reads the stored string could log in with it.
  throw new PasswordsError('UNKNOWN_FORMAT', `a stored password is ${described(stored)}`, {
    hint: "The README lists what is known. Plain text is stored as plain('...') alone, DES as desCrypt('...').",
  })
}

/** `$id$` and `{SCHEME}` name a format. Anything else might be a password, so not even its beginning is shown. */
const PREFIX = /^(?:\$[a-z0-9-]{1,16}[$,]|\{[A-Z0-9-]{1,16}\})/

function described(stored: string): string {
  const prefix = PREFIX.exec(stored)?.[0]
  return prefix === undefined ? 'in no known format' : `in format ${prefix}, which is not known`
}

import { argon2 } from './argon2.ts'
import { PasswordsError } from './errors.ts'
import type { Format, Recipe } from './format.ts'
import { plainText } from './plain.ts'
import { scrypt } from './scrypt.ts'

/** Every format that stored passwords can be in. */
const FORMATS: readonly Format[] = [argon2, scrypt, plainText]

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
    hint: "Known are $argon2id$, $argon2i$, $argon2d$ and $scrypt$ strings; plain text is stored as plain('...') alone.",
  })
}

/** `$id$` and `{SCHEME}` name a format. Anything else might be a password, so not even its beginning is shown. */
const PREFIX = /^(?:\$[a-z0-9-]{1,16}\$|\{[A-Z0-9-]{1,16}\})/

function described(stored: string): string {
  const prefix = PREFIX.exec(stored)?.[0]
  return prefix === undefined ? 'in no known format' : `in format ${prefix}, which is not known`
}

import { cryptValue, encodeCryptHighFirst } from './crypt-base64.ts'
import { admitsNoNul, deriveText, SMALL_JOB_BYTES } from './crypt-format.ts'
import { type Format, malformed, type Recipe } from './format.ts'

/** Like that of `plain()`: nobody writes it by accident. */
const MARK = '$gatewright-des$'

const SHAPE = /^[./0-9A-Za-z]{13}$/

/**
 * Marks the thirteen characters of a traditional crypt(3) hash as just that. Without the mark they are in no known format:
 * thirteen characters may be anything, and DES is broken, looks at seven bits of the first eight bytes and at nothing
 * else. Strings that are so marked match as crypt(3) says, and are stale.
 *
 * @throws {PasswordsError} `MALFORMED`
 */
export function desCrypt(stored: string): string {
  if (!SHAPE.test(stored)) throw malformed('DES crypt')
  return MARK + stored
}

/** Strings made by {@link desCrypt}. */
export const desCryptText: Format = {
  claims: (stored) => stored.startsWith(MARK),

  parse(stored): Recipe {
    const text = stored.slice(MARK.length)
    if (!SHAPE.test(text)) throw malformed('DES crypt')
    const salt = cryptValue(text[0]) + cryptValue(text[1]) * 64
    return {
      memoryBytes: SMALL_JOB_BYTES,
      weak: true,
      expected: Buffer.from(text.slice(2)),
      admits: admitsNoNul,
      derive: (password) => deriveText({ scheme: 'des-crypt', password, salt }, encodeCryptHighFirst),
    }
  },
}

import { encodeCrypt } from './crypt-base64.ts'
import { admitsNoNul, deriveText, inOrder, SMALL_JOB_BYTES } from './crypt-format.ts'
import { type Format, malformed, type Recipe } from './format.ts'

/** Three bytes to a group, the last of them first. */
const ORDER = [12, 6, 0, 13, 7, 1, 14, 8, 2, 15, 9, 3, 5, 10, 4, 11]

const SHAPE = /^(\$1\$|\$apr1\$)([^$:\n]{0,8})\$([./0-9A-Za-z]{22})$/

/** `$1$` of FreeBSD and `$apr1$` of Apache: MD5 a thousand times. Verified only, and always stale. */
export const md5Crypt: Format = {
  claims: (stored) => stored.startsWith('$1$') || stored.startsWith('$apr1$'),

  parse(stored): Recipe {
    const [, magic, salt, digest] = SHAPE.exec(stored) ?? []
    if (magic === undefined || salt === undefined || digest === undefined) throw malformed('md5-crypt')
    return {
      memoryBytes: SMALL_JOB_BYTES,
      weak: true,
      expected: Buffer.from(digest),
      admits: admitsNoNul,
      derive: (password) =>
        deriveText({ scheme: 'md5-crypt', password, salt: Buffer.from(salt), magic }, (made) =>
          encodeCrypt(inOrder(made, ORDER)),
        ),
    }
  },
}

import { encodeCrypt } from './crypt-base64.ts'
import { admitsNoNul, deriveText, inOrder, SMALL_JOB_BYTES } from './crypt-format.ts'
import { type Format, malformed, type Recipe, tooCostly } from './format.ts'

/** Three bytes to a group, the last of them first; the first byte comes again, to fill the last group. */
const ORDER = [2, 1, 0, 5, 4, 3, 8, 7, 6, 11, 10, 9, 14, 13, 12, 17, 16, 15, 0, 19, 18]

const MAX_ROUNDS = 5_000_000
const SHAPE = /^\$sha1\$([1-9][0-9]{0,9})\$([./0-9A-Za-z]{0,64})\$([./0-9A-Za-z]{28})$/

/** `$sha1$rounds$salt$hash` of NetBSD: HMAC-SHA-1. Verified only, and always stale. */
export const sha1Crypt: Format = {
  claims: (stored) => stored.startsWith('$sha1$'),

  parse(stored): Recipe {
    const [, count, salt, digest] = SHAPE.exec(stored) ?? []
    if (salt === undefined || digest === undefined) throw malformed('sha1-crypt')
    const rounds = Number(count)
    if (rounds > MAX_ROUNDS) throw tooCostly('sha1-crypt', '5,000,000 rounds')
    return {
      memoryBytes: SMALL_JOB_BYTES,
      weak: true,
      expected: Buffer.from(digest),
      admits: admitsNoNul,
      derive: (password) =>
        deriveText({ scheme: 'sha1-crypt', password, salt: Buffer.from(salt), rounds }, (made) =>
          encodeCrypt(inOrder(made, ORDER)),
        ),
    }
  },
}

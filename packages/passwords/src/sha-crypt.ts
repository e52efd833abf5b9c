import { randomBytes } from 'node:crypto'
import { PortalError } from '@gatewright/portal'
import { encodeCrypt } from './crypt-base64.ts'
import { admitsNoNul, deriveText, inOrder, SMALL_JOB_BYTES } from './crypt-format.ts'
import { type Derivation, type Draft, type Format, malformed, type Recipe, tooCostly } from './format.ts'

/** sha512-crypt, `$6$`: for files that crypt(3) of every Unix must read. */
export interface Sha512CryptOptions {
  readonly scheme: 'sha512-crypt'
  /** 1,000 to 5,000,000. @default 440_000 */
  readonly rounds?: number
  /** Permits less than the floor: for tests, and for systems where logins must be quick. @default false */
  readonly allowWeak?: boolean
}

interface Variant {
  readonly prefix: '$5$' | '$6$'
  readonly digest: 'sha256' | 'sha512'
  readonly shape: RegExp
  /** Three bytes to a group, the last of them first. */
  readonly order: readonly number[]
}

/** Drepper's specification sets 1,000 to 999,999,999, which would be minutes. */
const MIN_ROUNDS = 1_000
const MAX_ROUNDS = 5_000_000
/** Without `rounds=`. */
const DEFAULT_ROUNDS = 5_000
/** As many blocks as OWASP's 220,000 iterations of PBKDF2-HMAC-SHA-512 are; nobody has set a figure for this one. */
const FLOOR_ROUNDS = 440_000
const SALT_LENGTH = 16

const PARTS = '(?:rounds=([1-9][0-9]{3,8})\\$)?([^$:\\n]{0,16})\\$'

const SHA256: Variant = {
  prefix: '$5$',
  digest: 'sha256',
  shape: new RegExp(`^\\$5\\$${PARTS}([./0-9A-Za-z]{43})$`),
  order: [
    [20, 10, 0, 11, 1, 21, 2, 22, 12, 23, 13, 3, 14, 4, 24, 5],
    [25, 15, 26, 16, 6, 17, 7, 27, 8, 28, 18, 29, 19, 9, 30, 31],
  ].flat(),
}

const SHA512: Variant = {
  prefix: '$6$',
  digest: 'sha512',
  shape: new RegExp(`^\\$6\\$${PARTS}([./0-9A-Za-z]{86})$`),
  order: [
    [42, 21, 0, 1, 43, 22, 23, 2, 44, 45, 24, 3, 4, 46, 25, 26],
    [5, 47, 48, 27, 6, 7, 49, 28, 29, 8, 50, 51, 30, 9, 10, 52],
    [31, 32, 11, 53, 54, 33, 12, 13, 55, 34, 35, 14, 56, 57, 36, 15],
    [16, 58, 37, 38, 17, 59, 60, 39, 18, 19, 61, 40, 41, 20, 62, 63],
  ].flat(),
}

/** `$5$` and `$6$`: SHA-crypt, as Ulrich Drepper specified it. */
export const shaCrypt: Format = {
  claims: (stored) => stored.startsWith('$5$') || stored.startsWith('$6$'),

  parse(stored): Recipe {
    const variant = stored.startsWith('$5$') ? SHA256 : SHA512
    const [, rounds = `${DEFAULT_ROUNDS}`, salt, digest] = variant.shape.exec(stored) ?? []
    if (salt === undefined || digest === undefined) throw malformed('sha-crypt')
    return { ...derivation(variant, Number(rounds), salt), expected: Buffer.from(digest) }
  },
}

/**
 * A new `$6$` string with a salt of its own.
 * @throws {PortalError} `BAD_CONFIGURATION` for rounds that sha512-crypt has no meaning for
 */
export function draftSha512Crypt({ rounds = FLOOR_ROUNDS }: Sha512CryptOptions): Draft {
  if (!Number.isInteger(rounds) || rounds < MIN_ROUNDS) {
    throw new PortalError('BAD_CONFIGURATION', `rounds is a whole number from ${MIN_ROUNDS}`, {
      hint: `Leave it out for ${FLOOR_ROUNDS}.`,
    })
  }
  const salt = encodeCrypt(randomBytes(12))
  return {
    ...derivation(SHA512, rounds, salt),
    encode: (text) => `$6$rounds=${rounds}$${salt}$${text.toString()}`,
  }
}

function derivation({ prefix, digest, order }: Variant, rounds: number, salt: string): Derivation {
  if (rounds > MAX_ROUNDS) throw tooCostly('sha-crypt', '5,000,000 rounds')
  return {
    memoryBytes: SMALL_JOB_BYTES,
    weak: prefix !== '$6$' || rounds < FLOOR_ROUNDS || salt.length < SALT_LENGTH,
    admits: admitsNoNul,
    derive: (password) =>
      deriveText({ scheme: 'sha-crypt', digest, password, salt: Buffer.from(salt), rounds }, (made) =>
        encodeCrypt(inOrder(made, order)),
      ),
  }
}

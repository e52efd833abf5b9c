import { randomBytes } from 'node:crypto'
import { PortalError } from '@gatewright/portal'
import { fromBase64, toBase64 } from './base64.ts'
import { type Draft, type Format, malformed, type Recipe } from './format.ts'
import { PBKDF2_FLOOR, PBKDF2_KEY_BYTES, type Pbkdf2Digest, pbkdf2Derivation } from './pbkdf2-derivation.ts'

/** PBKDF2 (RFC 8018), for those who must do with what FIPS 140 approves. */
export interface Pbkdf2Options {
  readonly scheme: 'pbkdf2-sha256' | 'pbkdf2-sha512'
  /** 1 to 5,000,000. @default 600_000 with SHA-256, 220_000 with SHA-512 */
  readonly iterations?: number
  /** Permits less than the floor: for tests, never for people. @default false */
  readonly allowWeak?: boolean
}

const SALT_BYTES = 16
const MAX_SALT_BYTES = 64

const NUMBER = '([1-9][0-9]{0,9})'
const PHC = new RegExp(`^\\$pbkdf2-(sha1|sha256|sha512)\\$i=${NUMBER}(?:,l=${NUMBER})?\\$([^$]*)\\$([^$]+)$`)
const PASSLIB = new RegExp(`^\\$pbkdf2(?:-(sha256|sha512))?\\$${NUMBER}\\$([^$+]*)\\$([^$+]+)$`)

/** `$pbkdf2-sha256$i=600000,l=32$salt$hash` (PHC) and `$pbkdf2-sha256$600000$salt$hash` (passlib; `$pbkdf2$` is its SHA-1). */
export const pbkdf2Strings: Format = {
  claims: (stored) => /^\$pbkdf2(?:-sha1|-sha256|-sha512)?\$/.test(stored),
  parse: (stored) => parsePhc(stored) ?? parsePasslib(stored),
}

function parsePhc(stored: string): Recipe | undefined {
  const [, digest, iterations, length, salt = '', key = ''] = PHC.exec(stored) ?? []
  if (digest === undefined) return undefined
  const expected = fromBase64(key)
  // A shorter key is the beginning of a longer one: only a string that says its length can have another than the digest's.
  const wanted = length === undefined ? PBKDF2_KEY_BYTES[digest as Pbkdf2Digest] : Number(length)
  if (expected?.length !== wanted || wanted < 16 || wanted > 64) throw malformed('pbkdf2')
  return recipe(digest as Pbkdf2Digest, Number(iterations), fromBase64(salt), expected)
}

function parsePasslib(stored: string): Recipe {
  const [, digest = 'sha1', iterations, salt = '', key = ''] = PASSLIB.exec(stored) ?? []
  // passlib's "adapted base64" has a full stop for the plus sign.
  const expected = fromBase64(key.replaceAll('.', '+'))
  if (expected?.length !== PBKDF2_KEY_BYTES[digest as Pbkdf2Digest]) throw malformed('pbkdf2')
  return recipe(digest as Pbkdf2Digest, Number(iterations), fromBase64(salt.replaceAll('.', '+')), expected)
}

function recipe(digest: Pbkdf2Digest, iterations: number, salt: Buffer | undefined, expected: Buffer): Recipe {
  if (!salt || salt.length > MAX_SALT_BYTES) throw malformed('pbkdf2')
  return { ...pbkdf2Derivation({ digest, iterations, salt, keyLength: expected.length }), expected }
}

/**
 * A new PHC string with a salt of its own.
 * @throws {PortalError} `BAD_CONFIGURATION` for iterations that are no whole number from 1
 */
export function draftPbkdf2({ scheme, iterations: asked }: Pbkdf2Options): Draft {
  const digest = scheme === 'pbkdf2-sha512' ? 'sha512' : 'sha256'
  const iterations = asked ?? PBKDF2_FLOOR[digest]
  if (!Number.isInteger(iterations) || iterations < 1) {
    throw new PortalError('BAD_CONFIGURATION', 'iterations is a whole number from 1', {
      hint: `Leave it out for ${PBKDF2_FLOOR[digest]}.`,
    })
  }
  const salt = randomBytes(SALT_BYTES)
  const keyLength = PBKDF2_KEY_BYTES[digest]
  return {
    ...pbkdf2Derivation({ digest, iterations, salt, keyLength }),
    encode: (key) => `$${scheme}$i=${iterations},l=${keyLength}$${toBase64(salt)}$${toBase64(key)}`,
  }
}

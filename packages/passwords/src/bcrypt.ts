import { randomBytes } from 'node:crypto'
import { PortalError } from '@gatewright/portal'
import { BCRYPT_BYTES, decodeBcryptSalt, deriveBcrypt, encodeBcryptSalt } from './bcrypt-engine.ts'
import { type Derivation, type Draft, type Format, malformed, type Recipe, tooCostly } from './format.ts'

/** bcrypt, `$2b$`: for systems that know nothing newer. Passwords of at most 72 bytes. */
export interface BcryptOptions {
  readonly scheme: 'bcrypt'
  /** log2 of the rounds, 4 to 14. @default 12 */
  readonly cost?: number
  /** Permits less than the floor: for tests, never for people. @default false */
  readonly allowWeak?: boolean
}

const MIN_COST = 4
/** About a second; each more doubles it. */
const MAX_COST = 14
/** OWASP's Password Storage Cheat Sheet and ASVS 5.0 appendix C. */
const FLOOR_COST = 10

/** What comes after is not looked at: so such passwords are not stored, and none of them matches. */
const MAX_BYTES = 72

const SHAPE = /^\$2[aby]\$([0-9]{2})\$([./A-Za-z0-9]{22})([./A-Za-z0-9]{31})$/

/**
 * `$2a$ $2b$ $2y$`: the same for every password that is text; what told them apart was a mistake of one library with bytes
 * that UTF-8 does not have. `$2x$` marks hashes made with that mistake, and is not known here.
 */
export const bcrypt: Format = {
  claims: (stored) => /^\$2[aby]\$/.test(stored),
  parse: (stored) => parseBcrypt(stored, (password) => password, admits),
}

/** @throws {PasswordsError} `MALFORMED`, `COST_ABOVE_LIMIT` */
export function parseBcrypt(
  stored: string,
  prepare: (password: Buffer) => Buffer,
  admits?: (password: Buffer) => boolean,
): Recipe {
  const [, cost, salt, digest] = SHAPE.exec(stored) ?? []
  if (salt === undefined || digest === undefined || Number(cost) < MIN_COST) throw malformed('bcrypt')
  const derivation = bcryptDerivation(Number(cost), decodeBcryptSalt(salt))
  return {
    ...derivation,
    ...(admits ? { admits } : {}),
    derive: (password) => derivation.derive(prepare(password)),
    expected: Buffer.from(digest),
  }
}

/**
 * A new `$2b$` string with a salt of its own.
 * @throws {PortalError} `BAD_CONFIGURATION` for a cost that bcrypt has no meaning for
 */
export function draftBcrypt({ cost = 12 }: BcryptOptions): Draft {
  if (!Number.isInteger(cost) || cost < MIN_COST) {
    throw new PortalError('BAD_CONFIGURATION', `cost is a whole number from ${MIN_COST} to ${MAX_COST}`, {
      hint: 'Leave it out for 12.',
    })
  }
  const salt = randomBytes(16)
  return {
    ...bcryptDerivation(cost, salt),
    admits,
    encode: (text) => `$2b$${String(cost).padStart(2, '0')}$${encodeBcryptSalt(salt)}${text.toString()}`,
  }
}

/** bcrypt repeats the password with a NUL after it, so one inside makes it like others. */
function admits(password: Buffer): boolean {
  return password.length <= MAX_BYTES && !password.includes(0)
}

function bcryptDerivation(cost: number, salt: Buffer): Derivation {
  if (cost > MAX_COST) throw tooCostly('bcrypt', `cost ${MAX_COST}`)
  return {
    memoryBytes: BCRYPT_BYTES,
    weak: cost < FLOOR_COST,
    derive: (password) => deriveBcrypt(password, salt, cost),
  }
}

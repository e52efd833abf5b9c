import { randomBytes } from 'node:crypto'
import { PortalError } from '@gatewright/portal'
import { fromBase64, toBase64 } from './base64.ts'
import { type Draft, type Format, malformed, type Recipe } from './format.ts'
import { isPossibleScrypt, type ScryptParameters, scryptDerivation } from './scrypt-derivation.ts'

/** scrypt (RFC 7914), for those who must do without Argon2. */
export interface ScryptOptions {
  readonly scheme: 'scrypt'
  /** N, a power of two. @default 2 ** 15 */
  readonly cost?: number
  /** r. @default 8 */
  readonly blockSize?: number
  /** p. @default 3 */
  readonly parallelization?: number
  /** Permits less than the floor: for tests, never for people. @default false */
  readonly allowWeak?: boolean
}

const SALT_BYTES = 16
const KEY_BYTES = 32

const NUMBER = '([1-9][0-9]*)'
const SHAPE = new RegExp(`^\\$scrypt\\$ln=${NUMBER},r=${NUMBER},p=${NUMBER}\\$([^$]*)\\$([^$]+)$`)

/** `$scrypt$ln=15,r=8,p=3$salt$hash`: the PHC string that passlib and others write. */
export const scrypt: Format = {
  claims: (stored) => stored.startsWith('$scrypt$'),

  parse(stored): Recipe {
    const [, logCost, blockSize, parallelization, saltText, keyText = ''] = SHAPE.exec(stored) ?? []
    const salt = saltText === undefined ? undefined : fromBase64(saltText)
    const expected = fromBase64(keyText)
    // A shorter key is the beginning of a longer one, so a string that was cut would still match; these lengths are written.
    if (!salt || salt.length > 64 || (expected?.length !== 32 && expected?.length !== 64)) throw malformed('scrypt')
    const parameters: ScryptParameters = {
      logCost: Number(logCost),
      blockSize: Number(blockSize),
      parallelization: Number(parallelization),
      salt,
      keyLength: expected.length,
    }
    if (!isPossibleScrypt(parameters)) throw malformed('scrypt')
    return { ...scryptDerivation(parameters), expected }
  },
}

/**
 * A new scrypt string with a salt of its own.
 * @throws {PortalError} `BAD_CONFIGURATION` for numbers that scrypt has no meaning for
 */
export function draftScrypt({ cost = 2 ** 15, blockSize = 8, parallelization = 3 }: ScryptOptions): Draft {
  const salt = randomBytes(SALT_BYTES)
  const logCost = Math.log2(cost)
  const parameters: ScryptParameters = { logCost, blockSize, parallelization, salt, keyLength: KEY_BYTES }
  if (!isPossibleScrypt(parameters)) {
    throw new PortalError('BAD_CONFIGURATION', 'cost, blockSize and parallelization are whole numbers from 1', {
      hint: 'cost is N, a power of two.',
    })
  }
  return {
    ...scryptDerivation(parameters),
    encode: (key) => `$scrypt$ln=${logCost},r=${blockSize},p=${parallelization}$${toBase64(salt)}$${toBase64(key)}`,
  }
}

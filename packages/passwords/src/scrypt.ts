import { scrypt as compute, randomBytes } from 'node:crypto'
import { PortalError } from '@gatewright/portal'
import { fromBase64, toBase64 } from './base64.ts'
import { type Derivation, type Draft, type Format, malformed, type Recipe, tooCostly } from './format.ts'

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

interface Parameters {
  readonly logCost: number
  readonly blockSize: number
  readonly parallelization: number
  readonly salt: Buffer
  readonly keyLength: number
}

/** OWASP's Password Storage Cheat Sheet and ASVS 5.0 appendix C agree on these: so much N with so many lanes, r = 8. */
const FLOOR: readonly (readonly [logCost: number, parallelization: number])[] = [
  [17, 1],
  [16, 2],
  [15, 3],
]
const FLOOR_BLOCK_SIZE = 8

const MiB = 1024 * 1024
const MAX_MEMORY = 256 * MiB
/** Lanes run one after another, so they cost time and no memory. */
const MAX_WORK = 1024 * MiB
const LIMIT = '128 * N * r up to 256 MiB, and times p up to 1 GiB'

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
    const parameters: Parameters = {
      logCost: Number(logCost),
      blockSize: Number(blockSize),
      parallelization: Number(parallelization),
      salt,
      keyLength: expected.length,
    }
    if (!isPossible(parameters)) throw malformed('scrypt')
    return { ...derivation(parameters), expected }
  },
}

/**
 * A new scrypt string with a salt of its own.
 * @throws {PortalError} `BAD_CONFIGURATION` for numbers that scrypt has no meaning for
 */
export function draftScrypt({ cost = 2 ** 15, blockSize = 8, parallelization = 3 }: ScryptOptions): Draft {
  const salt = randomBytes(SALT_BYTES)
  const logCost = Math.log2(cost)
  const parameters: Parameters = { logCost, blockSize, parallelization, salt, keyLength: KEY_BYTES }
  if (!isPossible(parameters)) {
    throw new PortalError('BAD_CONFIGURATION', 'cost, blockSize and parallelization are whole numbers from 1', {
      hint: 'cost is N, a power of two.',
    })
  }
  return {
    ...derivation(parameters),
    encode: (key) => `$scrypt$ln=${logCost},r=${blockSize},p=${parallelization}$${toBase64(salt)}$${toBase64(key)}`,
  }
}

/** RFC 7914 section 2: N is a power of two, less than 2^(128 * r / 8). */
function isPossible({ logCost, blockSize, parallelization }: Parameters): boolean {
  const whole = [logCost, blockSize, parallelization].every((number) => Number.isInteger(number) && number > 0)
  return whole && logCost < 16 * blockSize
}

function derivation({ logCost, blockSize, parallelization, salt, keyLength }: Parameters): Derivation {
  const cost = 2 ** logCost
  const memory = 128 * cost * blockSize
  if (memory > MAX_MEMORY || memory * parallelization > MAX_WORK) throw tooCostly('scrypt', LIMIT)
  const strong =
    blockSize >= FLOOR_BLOCK_SIZE &&
    salt.length >= SALT_BYTES &&
    FLOOR.some(([leastCost, leastLanes]) => logCost >= leastCost && parallelization >= leastLanes)
  // The big table, the lanes' blocks, and two blocks to work in; Node's own default is 32 MiB.
  const maxmem = 128 * blockSize * (cost + parallelization + 2) + 1024
  return {
    memoryBytes: memory,
    weak: !strong,
    // HMAC fills keys up with NULs (RFC 2104 section 2), so scrypt takes `p` and `p\0` for the same password.
    admits: (password) => password.at(-1) !== 0,
    derive: (password) =>
      new Promise((resolve, reject) => {
        const parameters = { N: cost, r: blockSize, p: parallelization, maxmem }
        compute(password, salt, keyLength, parameters, (error, key) => (error ? reject(error) : resolve(key)))
      }),
  }
}

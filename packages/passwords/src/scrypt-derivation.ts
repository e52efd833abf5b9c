import { scrypt as compute } from 'node:crypto'
import { admitsNoFinalNul } from './crypt-format.ts'
import { type Derivation, tooCostly } from './format.ts'

/** All that scrypt takes but the password, whichever format says it. */
export interface ScryptParameters {
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

const FLOOR_SALT_BYTES = 16

const MiB = 1024 * 1024
const MAX_MEMORY = 256 * MiB
/** Lanes run one after another, so they cost time and no memory. */
const MAX_WORK = 1024 * MiB
/** Each lane has a block of its own beside the big table. */
const MAX_BLOCKS = MiB
const LIMIT = '128 * N * r up to 256 MiB, that times p up to 1 GiB, 128 * r * p up to 1 MiB'

/** RFC 7914 section 2: N is a power of two, less than 2^(128 * r / 8). */
export function isPossibleScrypt({ logCost, blockSize, parallelization }: ScryptParameters): boolean {
  const whole = [logCost, blockSize, parallelization].every((number) => Number.isInteger(number) && number > 0)
  return whole && logCost < 16 * blockSize
}

/** @throws {PasswordsError} `COST_ABOVE_LIMIT` */
export function scryptDerivation({
  logCost,
  blockSize,
  parallelization,
  salt,
  keyLength,
}: ScryptParameters): Derivation {
  const cost = 2 ** logCost
  const memory = 128 * cost * blockSize
  const blocks = 128 * blockSize * parallelization
  if (memory > MAX_MEMORY || memory * parallelization > MAX_WORK || blocks > MAX_BLOCKS)
    throw tooCostly('scrypt', LIMIT)
  const strong =
    blockSize >= FLOOR_BLOCK_SIZE &&
    salt.length >= FLOOR_SALT_BYTES &&
    FLOOR.some(([leastCost, leastLanes]) => logCost >= leastCost && parallelization >= leastLanes)
  // The big table, the lanes' blocks, and two blocks to work in; Node's own default is 32 MiB.
  const maxmem = 128 * blockSize * (cost + parallelization + 2) + 1024
  return {
    memoryBytes: memory,
    weak: !strong,
    admits: admitsNoFinalNul,
    derive: (password) =>
      new Promise((resolve, reject) => {
        const parameters = { N: cost, r: blockSize, p: parallelization, maxmem }
        compute(password, salt, keyLength, parameters, (error, key) => (error ? reject(error) : resolve(key)))
      }),
  }
}

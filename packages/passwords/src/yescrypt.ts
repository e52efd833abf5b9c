import { randomBytes } from 'node:crypto'
import { PortalError } from '@gatewright/portal'
import { decodeCrypt, encodeCrypt } from './crypt-base64.ts'
import { admitsNoNul, deriveText } from './crypt-format.ts'
import { type Derivation, type Draft, type Format, malformed, type Recipe, tooCostly } from './format.ts'
import { readYescryptCost, writeYescryptCost, type YescryptCost } from './yescrypt-cost.ts'

/** yescrypt, `$y$`: what Debian, Fedora and others put into /etc/shadow. */
export interface YescryptOptions {
  readonly scheme: 'yescrypt'
  /** N, a power of two. @default 4_096 */
  readonly cost?: number
  /** r. @default 32 */
  readonly blockSize?: number
  /** Permits less than the floor: for tests, never for people. @default false */
  readonly allowWeak?: boolean
}

const MiB = 1024 * 1024
const MAX_MEMORY = 256 * MiB
/** Bytes read and written; t and the table's size both lengthen it. */
const MAX_WORK = 1024 * MiB
/** Each lane has a block and three S-boxes of its own beside the big table. */
const LANE_BYTES = 12 * 1024
const MAX_LANES = MiB
const LIMIT = '128 * N * r up to 256 MiB, that times t + 1 up to 1 GiB, 128 * r * p + 12 KiB * p up to 1 MiB'

/** What the distributions write; OWASP names no figure for yescrypt. */
const FLOOR_MEMORY = 16 * MiB
const FLOOR_SALT_BYTES = 16

const GOST = '$gy$'
const SHAPE = /^\$g?y\$([./0-9A-Za-z]{3,30})\$([./0-9A-Za-z]{0,86})\$([./0-9A-Za-z]{43})$/

/** `$y$parameters$salt$hash`, and with `$gy$` the same under Streebog. */
export const yescrypt: Format = {
  claims: (stored) => stored.startsWith('$y$') || stored.startsWith(GOST),

  parse(stored): Recipe {
    const [, parameters = '', saltText = '', digest] = SHAPE.exec(stored) ?? []
    const cost = readYescryptCost(parameters)
    const salt = decodeCrypt(saltText)
    const gost = stored.startsWith(GOST)
    if (!cost || !salt || salt.length > 64 || digest === undefined) throw malformed(gost ? 'gost-yescrypt' : 'yescrypt')
    const setting = gost ? stored.slice(0, stored.lastIndexOf('$')) : undefined
    return { ...derivation(cost, salt, setting), expected: Buffer.from(digest) }
  },
}

/**
 * A new `$y$` string with a salt of its own.
 * @throws {PortalError} `BAD_CONFIGURATION` for numbers that yescrypt has no meaning for
 */
export function draftYescrypt({ cost = 4096, blockSize = 32 }: YescryptOptions): Draft {
  const logCost = Math.log2(cost)
  const possible = Number.isInteger(logCost) && logCost >= 2 && Number.isInteger(blockSize) && blockSize >= 1
  if (!possible) {
    throw new PortalError('BAD_CONFIGURATION', 'cost is a power of two from 4, blockSize a whole number from 1', {
      hint: 'Leave them out for 4,096 and 32, which take 16 MiB.',
    })
  }
  const salt = randomBytes(16)
  const chosen: YescryptCost = { logCost, blockSize, parallelization: 1, time: 0 }
  const made = derivation(chosen, salt)
  return {
    ...made,
    encode: (text) => `$y$${writeYescryptCost(chosen)}$${encodeCrypt(salt)}$${text.toString()}`,
  }
}

function derivation(
  { logCost, blockSize, parallelization, time }: YescryptCost,
  salt: Buffer,
  setting?: string,
): Derivation {
  const cost = 2 ** logCost
  const memory = 128 * cost * blockSize
  const lanes = (128 * blockSize + LANE_BYTES) * parallelization
  if (memory > MAX_MEMORY || memory * (time + 1) > MAX_WORK || lanes > MAX_LANES) throw tooCostly('yescrypt', LIMIT)
  return {
    memoryBytes: memory,
    weak: memory < FLOOR_MEMORY || salt.length < FLOOR_SALT_BYTES,
    admits: admitsNoNul,
    derive: (password) => {
      const job = { password, salt, cost, blockSize, parallelization, time }
      return deriveText(
        setting === undefined ? { ...job, scheme: 'yescrypt' } : { ...job, scheme: 'gost-yescrypt', setting },
      )
    },
  }
}

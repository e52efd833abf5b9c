import { randomBytes } from 'node:crypto'
import { PortalError } from '@gatewright/portal'
import { type Argon2Variant, deriveArgon2 } from './argon2-engine.ts'
import { fromBase64, toBase64 } from './base64.ts'
import { type Derivation, type Draft, type Format, malformed, type Recipe, tooCostly } from './format.ts'

/** Argon2id (RFC 9106). The defaults are OWASP's first choice for little memory: 19 MiB, two passes, one lane. */
export interface Argon2idOptions {
  readonly scheme?: 'argon2id'
  /** KiB. @default 19_456 */
  readonly memory?: number
  /** @default 2 */
  readonly passes?: number
  /** @default 1 */
  readonly parallelism?: number
  /** Permits less than the floor: for tests, never for people. @default false */
  readonly allowWeak?: boolean
}

/** Everything but the password. */
interface Parameters {
  readonly variant: Argon2Variant
  readonly version: number
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
  readonly salt: Buffer
  readonly tagLength: number
}

/** OWASP's Password Storage Cheat Sheet and ASVS 5.0 appendix C agree on these: so many KiB with so many passes. */
const FLOOR: readonly (readonly [memory: number, passes: number])[] = [
  [46 * 1024, 1],
  [19 * 1024, 2],
  [12 * 1024, 3],
]

const MAX_MEMORY = 256 * 1024
const MAX_PASSES = 10
const MAX_PARALLELISM = 4
const LIMIT = 'memory 256 MiB, 10 passes, 4 lanes'

const SALT_BYTES = 16
const TAG_BYTES = 32

/** RFC 9106 section 3.1: version 0x13. Strings of the version before it say 16, or nothing. */
const VERSION = 0x13
const FIRST_VERSION = 0x10

const NUMBER = '([1-9][0-9]*)'
const SHAPE = new RegExp(
  `^\\$(argon2id|argon2i|argon2d)(?:\\$v=${NUMBER})?\\$m=${NUMBER},t=${NUMBER},p=${NUMBER}\\$([^$]+)\\$([^$]+)$`,
)

/** `$argon2id$ $argon2i$ $argon2d$`: PHC strings, as the reference implementation writes them. */
export const argon2: Format = {
  claims: (stored) => /^\$argon2(?:id|i|d)\$/.test(stored),

  parse(stored): Recipe {
    const [, variant = '', version, memory, passes, parallelism, saltText = '', tagText = ''] = SHAPE.exec(stored) ?? []
    const salt = fromBase64(saltText)
    const expected = fromBase64(tagText)
    // RFC 9106 section 3.1 allows tags of 4 bytes, which a guess in four thousand million matches; nobody writes under 16.
    if (!salt || !expected || !within(salt, 8, 64) || !within(expected, 16, 64)) throw malformed('argon2')
    const parameters: Parameters = {
      variant: variant as Argon2Variant,
      version: version === undefined ? FIRST_VERSION : Number(version),
      memory: Number(memory),
      passes: Number(passes),
      parallelism: Number(parallelism),
      salt,
      tagLength: expected.length,
    }
    if (!isPossible(parameters)) throw malformed('argon2')
    return { ...derivation(parameters), expected }
  },
}

/**
 * A new Argon2id string with a salt of its own.
 * @throws {PortalError} `BAD_CONFIGURATION` for numbers that Argon2 has no meaning for
 */
export function draftArgon2id({ memory = 19_456, passes = 2, parallelism = 1 }: Argon2idOptions): Draft {
  const salt = randomBytes(SALT_BYTES)
  const parameters: Parameters = {
    variant: 'argon2id',
    version: VERSION,
    memory,
    passes,
    parallelism,
    salt,
    tagLength: TAG_BYTES,
  }
  if (!isPossible(parameters)) {
    throw new PortalError('BAD_CONFIGURATION', 'memory, passes and parallelism are whole numbers from 1', {
      hint: 'memory is in KiB, at least 8 for each lane.',
    })
  }
  return {
    ...derivation(parameters),
    encode: (tag) =>
      `$argon2id$v=${VERSION}$m=${memory},t=${passes},p=${parallelism}$${toBase64(salt)}$${toBase64(tag)}`,
  }
}

/** RFC 9106 section 3.1: at least eight blocks of 1 KiB for each lane. */
function isPossible({ version, memory, passes, parallelism }: Parameters): boolean {
  const whole = [memory, passes, parallelism].every((number) => Number.isInteger(number) && number > 0)
  return whole && memory >= 8 * parallelism && (version === VERSION || version === FIRST_VERSION)
}

function derivation(parameters: Parameters): Derivation {
  const { variant, version, memory, passes, parallelism, salt } = parameters
  if (memory > MAX_MEMORY || passes > MAX_PASSES || parallelism > MAX_PARALLELISM) throw tooCostly('argon2', LIMIT)
  const strong =
    variant === 'argon2id' &&
    version === VERSION &&
    salt.length >= SALT_BYTES &&
    FLOOR.some(([leastMemory, leastPasses]) => memory >= leastMemory && passes >= leastPasses)
  return {
    memoryBytes: memory * 1024,
    weak: !strong,
    derive: (password) => deriveArgon2({ ...parameters, password, old: version === FIRST_VERSION }),
  }
}

function within(bytes: Buffer, least: number, most: number): boolean {
  return bytes.length >= least && bytes.length <= most
}

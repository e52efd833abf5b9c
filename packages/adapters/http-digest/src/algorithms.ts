import { hash, timingSafeEqual } from 'node:crypto'
import { HttpLoginError } from '@gatewright/http-login'
import { Targets } from './targets.ts'
import { afterRun, asciiSet, unitsOf } from './units.ts'

/** The algorithms of RFC 7616 section 6.1, and their session variants (section 3.4.2). */
export type DigestAlgorithmName = 'MD5' | 'MD5-sess' | 'SHA-256' | 'SHA-256-sess' | 'SHA-512-256' | 'SHA-512-256-sess'

/** One algorithm, ready for use. */
export interface Algorithm {
  readonly name: DigestAlgorithmName
  /** Whether A1 holds nonce and cnonce (RFC 7616 section 3.4.2). */
  readonly session: boolean
  /** Hexadecimal digits of a digest. */
  readonly digits: number
  /** H of RFC 7616 section 3.3: in lower-case hexadecimal. Headers come as Latin-1, one character for each octet. */
  hash(text: string): string
  hashBytes(bytes: Uint8Array): string
  /** H(A2) of what is asked for. */
  readonly targets: Targets
  /** Whether a text could be a digest: `digits` of 0-9 and a-f. */
  couldMake(text: string): boolean
  /** Whether two digests are the same, in constant time. */
  isSame(one: string, other: string): boolean
}

const HASHES = [
  ['MD5', 'md5', 32],
  ['SHA-256', 'sha256', 64],
  ['SHA-512-256', 'sha512-256', 64],
] as const

const LOWER_HEX = asciiSet('0123456789abcdef')

const ALGORITHMS: ReadonlyMap<string, Algorithm> = new Map(
  HASHES.flatMap(([base, made, digits]) => {
    const hashText = (text: string): string => hash(made, isAscii(text) ? text : Buffer.from(text, 'latin1'))
    const targets = new Targets(hashText)
    return ([base, `${base}-sess`] as const).map((name): [string, Algorithm] => [
      name.toLowerCase(),
      {
        name,
        session: name !== base,
        digits,
        targets,
        hash: hashText,
        hashBytes: (bytes) => hash(made, bytes),
        couldMake: (text) => text.length === digits && afterRun(unitsOf(text), 0, LOWER_HEX) === digits,
        isSame: comparison(digits),
      },
    ])
  }),
)

function comparison(digits: number): Algorithm['isSame'] {
  const [mine, theirs] = [Buffer.alloc(digits), Buffer.alloc(digits)]
  return (one, other) =>
    one.length === digits &&
    other.length === digits &&
    mine.write(one, 'latin1') === digits &&
    theirs.write(other, 'latin1') === digits &&
    timingSafeEqual(mine, theirs)
}

/** Nearly all text is; a string is hashed without a copy then. Counting its bytes is quicker than looking at each. */
const isAscii = (text: string): boolean => Buffer.byteLength(text, 'utf8') === text.length

/** The algorithm of a name, whatever its letter case: the grammar takes it as a token. */
export function algorithmOf(name: string): Algorithm | undefined {
  return ALGORITHMS.get(name.toLowerCase())
}

/**
 * The algorithms to offer, in the order in which they are offered.
 * @throws {HttpLoginError} `BAD_CONFIGURATION`
 */
export function algorithmsOf(names: readonly string[]): readonly Algorithm[] {
  const bad = (problem: string) =>
    new HttpLoginError('BAD_CONFIGURATION', problem, {
      hint: `There are ${[...ALGORITHMS.values()].map(({ name }) => name).join(', ')}.`,
    })
  if (!Array.isArray(names) || names.length === 0) throw bad('algorithms is a list of at least one')
  const algorithms = names.map((name) => {
    const algorithm = typeof name === 'string' ? algorithmOf(name) : undefined
    if (algorithm === undefined || algorithm.name !== name)
      throw bad(`there is no Digest algorithm ${JSON.stringify(name)}`)
    return algorithm
  })
  if (new Set(algorithms).size < algorithms.length) throw bad('algorithms names one twice')
  if (algorithms.some(({ name }) => name.startsWith('MD5'))) {
    process.emitWarning('HTTP Digest is offered with MD5, which is broken for signatures and weak for passwords', {
      type: 'GatewrightWarning',
      code: 'GATEWRIGHT_MD5',
      detail:
        'Clients that know SHA-256 use it if it is offered first. Serve HTTPS, and drop MD5 when the last old client is gone.',
    })
  }
  return algorithms
}

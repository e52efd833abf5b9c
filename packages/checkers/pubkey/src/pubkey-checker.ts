import {
  type Attempt,
  accept,
  type Checker,
  type KeyPresence,
  PortalError,
  type PublicKey,
  pass,
  reject,
  type Verdict,
} from '@gatewright/portal'
import { fingerprint } from '@gatewright/ssh-keys'
import type { CertificateAuthorities } from './certificate-authorities.ts'
import { PubkeyError } from './errors.ts'
import { type Circumstances, type Grant, grantByAuthority, grantByLine } from './grant.ts'
import type { FoundKey } from './key-list.ts'
import type { KeySource } from './key-source.ts'
import { type KeyProblem, reporter } from './line-problem.ts'
import { type OfferedKey, readOffer } from './offered-key.ts'
import type { RevokedKeys } from './revoked-keys.ts'

export interface PubkeyCheckerOptions {
  /** Shown in events. @default 'pubkey' */
  readonly name?: string
  /** Where the keys of users are, asked in this order. The first line that lets the key in says what it may do. */
  readonly keys?: KeySource | readonly KeySource[]
  /** Authorities whose certificates log in anybody they name. */
  readonly authorities?: CertificateAuthorities
  /** With `authorities`: names of which a certificate must have one, instead of the user's; `undefined` is the user's. */
  readonly principals?: (
    username: string,
    attempt: Attempt,
  ) => readonly string[] | undefined | Promise<readonly string[] | undefined>
  /** Keys that log nobody in. */
  readonly revoked?: RevokedKeys | readonly RevokedKeys[]
  /** Called with each line that cannot be used. @default one process warning about each */
  readonly onProblem?: (problem: KeyProblem) => void
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number
}

const OPTIONS: readonly string[] = ['name', 'keys', 'authorities', 'principals', 'revoked', 'onProblem', 'now']

/**
 * Checks keys and certificates whose possession the adapter has proven. A key that nobody lists is passed on to the next
 * checker; one that is listed, and must not be used here and now, is rejected with the reason.
 *
 * @throws {PortalError} `BAD_CONFIGURATION`
 */
export function pubkeyChecker(options: PubkeyCheckerOptions): Checker<'publickey'> {
  const { name = 'pubkey', authorities, principals, now = Date.now } = insistOnOptions(options)
  const sources = asList(options.keys)
  const revoked = asList(options.revoked)
  const report = reporter(options.onProblem)

  /** What this key may do; why it may do nothing; or `undefined` for one that nobody knows here. */
  async function judge(offered: OfferedKey, username: string, attempt: Attempt): Promise<Grant | string | undefined> {
    const { certificate } = offered
    const suspect = { blob: offered.blob, ...(certificate ? { certificate } : {}) }
    for (const list of revoked) if ((await list.has(suspect)) !== false) return 'the key is revoked'

    const circumstances: Circumstances = { username, address: attempt.peer?.address, now: now() }
    const wanted = certificate ? fingerprint(certificate.ca) : offered.fingerprint
    let objection: string | undefined
    for (const source of sources) {
      const { keys, distrust } = await source.find(username, wanted, attempt, report)
      for (const line of keys) {
        const grant = byLine(offered, line, circumstances)
        // A line that does not let it in is no word about the next one; nothing of it is kept but the reason.
        if (typeof grant === 'object') return grant
        objection ??= grant
      }
      objection ??= distrust
    }
    if (certificate && authorities && (await authorities.has(wanted)) === true) {
      const names = await principals?.(username, attempt)
      const grant = grantByAuthority({ ...offered, certificate }, undefined, asNames(names), circumstances)
      if (typeof grant === 'object') return grant
      objection ??= grant
    }
    return objection
  }

  async function check(username: string, key: PublicKey, attempt: Attempt, presence?: KeyPresence): Promise<Verdict> {
    const offered = readOffer(key)
    const judgement = offered && (await judge(offered, username, attempt))
    if (judgement === undefined || offered === undefined) return pass()
    if (typeof judgement === 'string') return reject(judgement)
    const absence = whoIsMissing(judgement, offered, presence)
    return absence === undefined ? accept(username, judgement.facts) : reject(absence)
  }

  return {
    name,
    accepts: ['publickey'],
    check: ({ username, key, presence }, attempt) => check(username, key, attempt, presence),
    async recognizes({ username, key }, attempt): Promise<boolean> {
      const offered = readOffer(key)
      return offered !== undefined && typeof (await judge(offered, username, attempt)) === 'object'
    },
    async close(): Promise<void> {
      for (const part of [...sources, ...revoked, ...asList(authorities)]) await part.close?.()
    },
  }
}

/** An authority's line is for certificates, every other for its own key. */
function byLine(offered: OfferedKey, line: FoundKey, circumstances: Circumstances): Grant | string | undefined {
  const { certificate } = offered
  const { certAuthority, principals } = line.options
  if (certAuthority !== (certificate !== undefined)) return undefined
  return certificate
    ? grantByAuthority({ ...offered, certificate }, line, principals, circumstances)
    : grantByLine(offered, line, circumstances)
}

/** PROTOCOL.u2f: what a security key must have seen, and says it has not. */
function whoIsMissing(
  { touchRequired, verifyRequired }: Grant,
  { isSecurityKey }: OfferedKey,
  presence: KeyPresence | undefined,
): string | undefined {
  if (!isSecurityKey) return undefined
  if (touchRequired && presence?.touched !== true) return 'nobody has touched the security key'
  if (verifyRequired && presence?.verified !== true) return 'the security key has not verified its user'
  return undefined
}

function asNames(names: unknown): readonly string[] | undefined {
  if (names === undefined) return undefined
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names
  throw new PubkeyError('BAD_ANSWER', 'principals answered with something other than names', {
    hint: 'Answer with an array of names, or with undefined for the name of the user.',
  })
}

function asList<T>(given: T | readonly T[] | undefined): readonly T[] {
  if (given === undefined) return []
  return Array.isArray(given) ? given : [given as T]
}

function insistOnOptions(options: PubkeyCheckerOptions): PubkeyCheckerOptions {
  const bad = (problem: string, hint: string) => new PortalError('BAD_CONFIGURATION', problem, { hint })
  if (typeof options !== 'object' || options === null) {
    throw bad('pubkeyChecker needs options', 'pubkeyChecker({ keys: authorizedKeysFile(pattern) }).')
  }
  const unknown = Object.keys(options).find((key) => !OPTIONS.includes(key))
  if (unknown !== undefined) throw bad(`pubkeyChecker has no option '${unknown}'`, `It has ${OPTIONS.join(', ')}.`)
  const { name, keys, authorities, principals, revoked, onProblem, now } = options
  if (name !== undefined && (typeof name !== 'string' || name === ''))
    throw bad('name is a non-empty string', 'Events show it.')
  for (const [key, value] of Object.entries({ principals, onProblem, now })) {
    if (value !== undefined && typeof value !== 'function')
      throw bad(`${key} is a function`, 'Leave it out for the default.')
  }
  if (asList(keys).some((source) => typeof source?.find !== 'function')) {
    throw bad('keys is one source of keys, or several', 'authorizedKeysFile(pattern), for one.')
  }
  if (asList(revoked).some((list) => typeof list?.has !== 'function')) {
    throw bad('revoked is one list of revoked keys, or several', 'revokedKeysFile(path), for one.')
  }
  if (authorities !== undefined && typeof authorities?.has !== 'function') {
    throw bad('authorities is a list of authorities', 'certificateAuthoritiesFile(path), for one.')
  }
  if (asList(keys).length === 0 && authorities === undefined) {
    throw bad('pubkeyChecker has neither keys nor authorities', 'Nobody could log in; give it one of them.')
  }
  return options
}

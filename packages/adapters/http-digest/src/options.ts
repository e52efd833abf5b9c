import cluster from 'node:cluster'
import { randomBytes } from 'node:crypto'
import { HttpLoginError, insistOnKnown, isQuotable } from '@gatewright/http-login'
import { memoryState, type StateStore } from '@gatewright/state'
import { type Algorithm, algorithmsOf, type DigestAlgorithmName } from './algorithms.ts'
import type { UserhashIndex } from './userhash.ts'

/** What is signed by an answer: the request line, or the body too (RFC 7616 section 3.4.3). */
export type Qop = 'auth' | 'auth-int'

/** How a server asks by Digest. */
export interface DigestSchemeOptions {
  /** Shown by browsers, and part of every HA1. Printable ASCII. */
  readonly realm: string
  /**
   * Signs nonces; 16 bytes at least. Of several the first signs and all are taken, so that a new one can be put in front.
   * Processes behind one address share it.
   * @default random, for this process alone
   */
  readonly secret?: string | Uint8Array | readonly (string | Uint8Array)[]
  /** Where used nonce counts are kept. Processes behind one address share it. @default memoryState() */
  readonly state?: StateStore
  /** Offered in this order. `MD5` warns. @default ['SHA-256', 'SHA-512-256'] */
  readonly algorithms?: readonly DigestAlgorithmName[]
  /** @default ['auth'] */
  readonly qop?: readonly Qop[]
  /** Finds users by their hash, which clients are then asked to send instead of names. @default names are sent */
  readonly userhash?: UserhashIndex
  /** How long an answer is taken after its nonce was made, in milliseconds. @default 1_800_000 */
  readonly nonceLifetimeMs?: number
  /** Takes a nonce from the address alone that it was made for. @default false */
  readonly bindAddress?: boolean
  /** URIs that the same login is good for (RFC 7616 section 3.3), for clients that log in before they are asked. @default none */
  readonly domain?: readonly string[]
  /** Sends `Authentication-Info`, by which a client can tell that the server knows its password. @default true */
  readonly authenticationInfo?: boolean
  /** Several processes serve one address: without a secret and a shared state that is refused. @default in a worker of node:cluster */
  readonly cluster?: boolean
  /** The largest body to be hashed for `auth-int`, in bytes. @default 1_048_576 */
  readonly maxBodyBytes?: number
  /** How long such a body may take to come, in milliseconds. @default 30_000 */
  readonly bodyDeadlineMs?: number
  /** The clock, in milliseconds since the epoch. @default Date.now; without a shared state, one that nobody can set */
  readonly now?: () => number
}

/** The options, checked, with their defaults. */
export interface DigestSettings {
  readonly realm: string
  readonly secrets: readonly (string | Uint8Array)[]
  readonly state: StateStore
  readonly algorithms: readonly Algorithm[]
  readonly qop: readonly Qop[]
  readonly userhash: UserhashIndex | undefined
  readonly nonceLifetimeMs: number
  readonly bindAddress: boolean
  readonly domain: readonly string[]
  readonly authenticationInfo: boolean
  readonly maxBodyBytes: number
  readonly bodyDeadlineMs: number
  readonly now: () => number
}

const OPTIONS: Record<keyof DigestSchemeOptions, true> = {
  realm: true,
  secret: true,
  state: true,
  algorithms: true,
  qop: true,
  userhash: true,
  nonceLifetimeMs: true,
  bindAddress: true,
  domain: true,
  authenticationInfo: true,
  cluster: true,
  maxBodyBytes: true,
  bodyDeadlineMs: true,
  now: true,
}

export const DIGEST_OPTIONS: readonly string[] = Object.keys(OPTIONS)

const LIFETIME_MS = 30 * 60_000
const BODY_BYTES = 1_048_576
const BODY_MS = 30_000
const SECRET_BYTES = 32
const MAX_TIMER_MS = 2 ** 31 - 1

/**
 * For nonces that this process alone takes. A machine's clock can be put back, and would make a nonce young again whose counts
 * are forgotten.
 */
const sinceStart = (): number => performance.timeOrigin + performance.now()

/**
 * What can be seen to be wrong without a client.
 * @throws {HttpLoginError} `BAD_CONFIGURATION`
 */
export function digestSettings(options: DigestSchemeOptions): DigestSettings {
  insistOnKnown('digestScheme', options, DIGEST_OPTIONS)
  const { realm, secret, state, userhash, qop = ['auth'], domain = [] } = options
  const { now = state?.shared === true ? Date.now : sinceStart } = options
  if (!isQuotable(realm) || realm === '') throw bad('realm is a text of printable ASCII', 'Browsers show it.')
  const clustered = flag('cluster', options.cluster ?? cluster.isWorker)
  if (clustered && (secret === undefined || state?.shared !== true)) throw unshared(secret === undefined)
  if (state !== undefined && typeof state.window !== 'function')
    throw bad('state is a state store', 'Such as memoryState().')
  if (userhash !== undefined && typeof userhash.find !== 'function')
    throw bad('userhash has a method find()', 'See userhashIndex.')
  if (!Array.isArray(qop) || qop.length === 0 || qop.some((one) => one !== 'auth' && one !== 'auth-int')) {
    throw bad("qop is a list of 'auth' and 'auth-int'")
  }
  if (!Array.isArray(domain) || domain.some((uri) => !isQuotable(uri) || uri === '' || uri.includes(' '))) {
    throw bad('domain is a list of URIs', "Such as ['/private'].")
  }
  if (typeof now !== 'function') throw bad('now is a clock: a function')
  const secrets = secret === undefined ? [randomBytes(SECRET_BYTES)] : Array.isArray(secret) ? [...secret] : [secret]
  if (secrets.length === 0) throw bad('secret is an empty list')
  return {
    realm,
    secrets,
    state: state ?? memoryState(),
    algorithms: algorithmsOf(options.algorithms ?? ['SHA-256', 'SHA-512-256']),
    qop: [...new Set(qop)],
    userhash,
    nonceLifetimeMs: positive('nonceLifetimeMs', options.nonceLifetimeMs ?? LIFETIME_MS),
    bindAddress: flag('bindAddress', options.bindAddress ?? false),
    domain: [...domain],
    authenticationInfo: flag('authenticationInfo', options.authenticationInfo ?? true),
    maxBodyBytes: positive('maxBodyBytes', options.maxBodyBytes ?? BODY_BYTES),
    bodyDeadlineMs: positive('bodyDeadlineMs', options.bodyDeadlineMs ?? BODY_MS),
    now,
  }
}

function positive(name: string, value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) > 0 && (value as number) <= MAX_TIMER_MS) return value as number
  throw bad(`${name} is a whole number from 1 to ${MAX_TIMER_MS}`)
}

function flag(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw bad(`${name} is true or false`)
}

function unshared(noSecret: boolean): HttpLoginError {
  return bad(
    noSecret
      ? 'several processes serve one address, and each would make up a secret of its own'
      : 'several processes serve one address, and each would count what it has seen itself: answers could be replayed to another',
    'Give all of them one secret and one shared state, such as redisState(client); cluster: false says that there is but one process.',
  )
}

function bad(problem: string, hint?: string): HttpLoginError {
  return new HttpLoginError('BAD_CONFIGURATION', problem, hint === undefined ? {} : { hint })
}

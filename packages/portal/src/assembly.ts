import type { Attempt, AttemptOptions } from './attempt.ts'
import type { Checker } from './checker.ts'
import type { Credential, CredentialKind, PublicKeyOffer } from './credential-kinds.ts'
import { PortalError } from './errors.ts'
import type { LoginObserver } from './events.ts'
import type { Guard } from './guard.ts'
import type { Identity } from './identity.ts'
import type { Login } from './login.ts'
import type { Patience } from './pending.ts'
import { admitsAnonymous, type Realm } from './realm.ts'
import { checkRequirement, type Requirement } from './requirement.ts'

/** What a portal is made of. */
export interface PortalOptions<Avatars extends object> {
  readonly realm: Realm<Avatars>
  /** Asked in this order. No two share a name. */
  readonly checkers: readonly Checker[]
  /**
   * What it takes to come in; a function decides per identity, and must answer with kinds that there are checkers for.
   * Anonymous logins have no identity to ask about: under a function they are refused.
   * @default one proof of any kind but `totp`
   */
  readonly require?: Requirement | ((id: string, attempt: Attempt) => Requirement | Promise<Requirement>)
  readonly guard?: Guard
  readonly observers?: readonly LoginObserver[]
  /** How long each thing that is waited for (guard, checker, requirement, factory, the end of an avatar) may take, in milliseconds. @default 10_000 */
  readonly deadlineMs?: number
  /** How long, and for how many wrong tries, a login waits between two factors. */
  readonly pending?: Partial<Patience>
}

/** Where credentials, checkers and realm meet; the only thing that an adapter needs. */
export interface Portal<Avatars extends object> extends AsyncDisposable {
  /** The kinds of credential that a checker accepts; what adapters advertise. */
  readonly accepts: readonly CredentialKind[]
  /**
   * Decides about one credential, and makes the first of the wanted avatars that the identity has.
   * @throws {PortalError} every code but `DEADLINE`; a denial is not thrown but returned
   */
  login<const A extends keyof Avatars>(
    credential: Credential,
    avatar: A | readonly A[],
    attempt?: AttemptOptions,
  ): Promise<Login<Avatars, A>>
  /**
   * Whether some checker would accept this key, were its possession proven. Never logs anyone in.
   * @throws {PortalError} as `login` does
   */
  recognizes(offer: PublicKeyOffer, attempt?: AttemptOptions): Promise<boolean>
  /** Refuses new logins, aborts those under way, logs every open session out, then closes the checkers. */
  close(): Promise<void>
}

/** The options, checked and copied: nothing that the caller changes later changes who gets in. */
export interface Assembly {
  /** What factories are methods of. */
  readonly realm: object
  readonly checkers: readonly Checker[]
  readonly panels: ReadonlyMap<CredentialKind, readonly Checker[]>
  readonly factories: ReadonlyMap<PropertyKey, Factory>
  /** The rows, none for the default, or a function that finds them. */
  readonly requirement: Requirement | undefined | ((id: string, attempt: Attempt) => Promise<Requirement>)
  readonly guard: Guard | undefined
  readonly observers: readonly LoginObserver[]
  readonly deadlineMs: number
  readonly patience: Patience
}

/** Makes one kind of avatar. */
export interface Factory {
  readonly part: string
  readonly anonymous: boolean
  readonly make: (id: Identity, login: Attempt) => unknown
}

/** Every option there is; a misspelt `require` must not quietly require nothing. */
const OPTIONS: Record<keyof PortalOptions<object>, true> = {
  realm: true,
  checkers: true,
  require: true,
  guard: true,
  observers: true,
  deadlineMs: true,
  pending: true,
}

const BUILT_IN = new Set<string>(['anonymous', 'password', 'digest', 'publickey', 'totp'])

/** setTimeout fires at once past this. */
const MAX_TIMER_MS = 2 ** 31 - 1

const bad = (problem: string, hint?: string) =>
  new PortalError('BAD_CONFIGURATION', problem, hint === undefined ? {} : { hint })

/** Everything that can be wrong with a portal is found here, before it is opened. */
export function assemble<Avatars extends object>(options: PortalOptions<Avatars>): Assembly {
  const unknown = Object.keys(options).filter((key) => !Object.hasOwn(OPTIONS, key))
  if (unknown.length > 0) {
    throw bad(`createPortal has no option '${unknown.join("', '")}'`, `It has ${Object.keys(OPTIONS).join(', ')}.`)
  }
  const checkers = checkCheckers(options.checkers)
  const panels = new Map<CredentialKind, Checker[]>()
  for (const checker of checkers) {
    for (const kind of new Set(checker.accepts as CredentialKind[])) {
      panels.set(kind, [...(panels.get(kind) ?? []), checker])
    }
  }
  const { require, guard } = options
  if (guard !== undefined && typeof guard.admit !== 'function') throw bad('guard needs a method admit()')
  const observers = options.observers ?? []
  if (observers.some((observer) => typeof observer !== 'function')) throw bad('observers are functions of one event')
  return {
    realm: options.realm,
    checkers,
    panels,
    factories: checkRealm(options.realm),
    requirement: requirementOf(require, new Set(panels.keys())),
    guard,
    observers,
    deadlineMs: positive('deadlineMs', options.deadlineMs ?? 10_000),
    patience: {
      deadlineMs: positive('pending.deadlineMs', options.pending?.deadlineMs ?? 60_000),
      tries: positive('pending.tries', options.pending?.tries ?? 5),
    },
  }
}

function checkCheckers(checkers: readonly Checker[]): readonly Checker[] {
  if (!Array.isArray(checkers) || checkers.length === 0) {
    throw bad('a portal without a checker can let nobody in', "Add one, such as memoryChecker({ name: 'password' }).")
  }
  const names = new Set<string>()
  for (const { name, accepts, check } of checkers) {
    if (typeof name !== 'string' || name === '') throw bad('a checker needs a name')
    if (names.has(name))
      throw bad(`two checkers are called '${name}'`, 'Events name the checker that decided; give each its own name.')
    names.add(name)
    if (typeof check !== 'function') throw bad(`checker '${name}' has no method check()`)
    if (!Array.isArray(accepts) || accepts.length === 0) throw bad(`checker '${name}' accepts no kind of credential`)
    for (const kind of accepts) {
      if (typeof kind !== 'string' || !(BUILT_IN.has(kind) || /^[^/]+\/.+$/.test(kind))) {
        throw bad(
          `checker '${name}' accepts '${String(kind)}', which is no kind known here`,
          "A kind of your own carries a prefix: 'acme/fingerprint'.",
        )
      }
    }
  }
  return [...checkers]
}

function checkRealm<Avatars extends object>(realm: Realm<Avatars>): ReadonlyMap<PropertyKey, Factory> {
  const names = Reflect.ownKeys(realm)
  if (names.length === 0) throw bad('the realm makes no avatars')
  return new Map(
    names.map((name) => {
      const factory: unknown = Reflect.get(realm, name)
      if (typeof factory !== 'function') throw bad(`realm.${String(name)} is not a factory: (id) => avatar`)
      return [
        name,
        { part: `realm.${String(name)}`, anonymous: admitsAnonymous(factory), make: factory as Factory['make'] },
      ]
    }),
  )
}

function requirementOf(
  require: PortalOptions<object>['require'],
  accepts: ReadonlySet<CredentialKind>,
): Assembly['requirement'] {
  if (typeof require === 'function') return async (id, attempt) => checkRequirement(await require(id, attempt), accepts)
  return require === undefined ? undefined : checkRequirement(require, accepts)
}

function positive(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0 && value <= MAX_TIMER_MS) return value
  throw bad(`${name} is a whole number from 1 to ${MAX_TIMER_MS}, not ${String(value)}`)
}

import type { Attempt } from './attempt.ts'
import type { Credential, CredentialKind, PublicKeyOffer } from './credential-kinds.ts'
import type { Verdict } from './verdict.ts'

/**
 * Decides whether a credential proves an identity. A plain object will do:
 *
 * ```ts
 * const opening: Checker<'password'> = {
 *   name: 'opening-hours',
 *   accepts: ['password'],
 *   check: () => (isOpen() ? pass() : reject('closed')),
 * }
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: a chain holds checkers of every kind, and `check` is contravariant in it.
export interface Checker<K extends CredentialKind = any> {
  /** Shown in events and errors; unique within a portal. */
  readonly name: string
  readonly accepts: readonly K[]
  /** Answers are returned: {@link accept}, {@link reject}, {@link pass}. Whatever is thrown is a fault of the checker, not a denial. */
  check(credential: Credential<K>, attempt: Attempt): Verdict | Promise<Verdict>
  /** "Would this key do?", asked before anything is signed. Never logs anyone in. */
  recognizes?(offer: PublicKeyOffer, attempt: Attempt): boolean | Promise<boolean>
  close?(): Promise<void>
}

const OPTIONAL: unique symbol = Symbol.for('gatewright.optional-checker') as never

/**
 * Lets the chain go on to the next checker when this one is down. Even then nobody is refused on its account: unless a
 * later checker accepts, the login ends in `CHECKER_UNAVAILABLE`.
 */
export function whenUnavailable<K extends CredentialKind>(checker: Checker<K>, _then: 'continue'): Checker<K> {
  const optional: Checker<K> & { [OPTIONAL]: true } = {
    [OPTIONAL]: true,
    name: checker.name,
    accepts: checker.accepts,
    check: (credential, attempt) => checker.check(credential, attempt),
  }
  if (checker.recognizes) optional.recognizes = (offer, attempt) => checker.recognizes?.(offer, attempt) ?? false
  if (checker.close) optional.close = () => checker.close?.() ?? Promise.resolve()
  return optional
}

/** Whether a fault of this checker lets the chain go on. */
export function isOptional(checker: Checker): boolean {
  return (checker as { [OPTIONAL]?: true })[OPTIONAL] === true
}

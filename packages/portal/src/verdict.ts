import { PortalError } from './errors.ts'
import { ANONYMOUS, type Identity } from './identity.ts'

/** What a checker found out beside the identity (a key's fingerprint, a certificate's principals); shown in logs, so never a secret. */
export type Facts = Readonly<Record<string, unknown>>

const VERDICT: unique symbol = Symbol.for('gatewright.verdict') as never
const NO_FACTS: Facts = Object.freeze({})

/** The credential proves this identity. Made by {@link accept} alone. */
export interface Accepted {
  readonly [VERDICT]: true
  readonly outcome: 'accept'
  readonly id: Identity
  readonly facts: Facts
}

/** The credential is wrong, and no other checker is asked. Made by {@link reject} alone. */
export interface Rejected {
  readonly [VERDICT]: true
  readonly outcome: 'reject'
  readonly reason: string
}

/** Not a credential of mine: ask the next checker. Made by {@link pass} alone. */
export interface Passed {
  readonly [VERDICT]: true
  readonly outcome: 'pass'
}

/** A checker's answer. It is recognised by a brand: truthy values, booleans and look-alikes from JSON are faults, not answers. */
export type Verdict = Accepted | Rejected | Passed

class Acceptance implements Accepted {
  declare readonly [VERDICT]: true
  readonly outcome = 'accept'
  readonly id: Identity
  readonly facts: Facts

  constructor(id: Identity, facts: Facts) {
    this.id = id
    this.facts = facts
  }
}

class Rejection implements Rejected {
  declare readonly [VERDICT]: true
  readonly outcome = 'reject'
  readonly reason: string

  constructor(reason: string) {
    this.reason = reason
  }
}

class Pass implements Passed {
  declare readonly [VERDICT]: true
  readonly outcome = 'pass'
}

// On the prototype, so that making a verdict stays one small allocation.
for (const { prototype } of [Acceptance, Rejection, Pass]) Object.defineProperty(prototype, VERDICT, { value: true })

const PASS: Passed = Object.freeze(new Pass())

/**
 * The credential proves that its bearer is `id`.
 * @throws {PortalError} `BAD_CONFIGURATION` when `id` is no identity: an empty or missing name must never become somebody.
 */
export function accept(id: Identity, facts: Facts = NO_FACTS): Accepted {
  if (!isIdentity(id)) {
    throw new PortalError('BAD_CONFIGURATION', 'accept() needs the avatar id: a non-empty string, or ANONYMOUS')
  }
  return new Acceptance(id, facts)
}

/** The credential is wrong; `reason` goes to the log and never to the client. */
export function reject(reason: string): Rejected {
  return new Rejection(reason)
}

/** This checker has no opinion; the next one is asked. */
export function pass(): Passed {
  return PASS
}

/** Whether a checker's answer is a verdict, whichever copy of this package made it. */
export function isVerdict(value: unknown): value is Verdict {
  return typeof value === 'object' && value !== null && (value as Partial<Verdict>)[VERDICT] === true
}

/** Whether a value can be the one a verdict speaks of. */
function isIdentity(value: unknown): value is Identity {
  return value === ANONYMOUS || (typeof value === 'string' && value !== '')
}

/**
 * A checker's answer.
 * @throws {TypeError} for anything that is not a verdict
 */
export function asVerdict(answer: unknown): Verdict {
  if (isVerdict(answer)) return answer
  throw new TypeError('the answer is not a verdict: return accept(id), reject(reason) or pass()')
}

/**
 * A verdict about a credential of this kind, unless it speaks of the wrong one: `anonymous` credentials prove
 * {@link ANONYMOUS}, all others a name.
 * @throws {TypeError} when it does
 */
export function believed(verdict: Verdict, kind: string): Verdict {
  if (verdict.outcome !== 'accept') return verdict
  if (!isIdentity(verdict.id)) throw new TypeError('an accepted id is a non-empty string')
  if ((verdict.id === ANONYMOUS) !== (kind === 'anonymous')) {
    throw new TypeError(`ANONYMOUS and 'anonymous' credentials belong together; this was '${kind}'`)
  }
  return verdict
}

import { channel } from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import type { AttemptOptions, Proof } from './attempt.ts'
import type { CredentialKind } from './credential-kinds.ts'
import type { PortalError } from './errors.ts'
import { broken } from './faults.ts'
import type { Identity } from './identity.ts'
import { isPromise } from './promises.ts'

/** What every event says of the login it belongs to. */
export interface LoginOrigin {
  /** Counts the logins of this process; the same for all factors of one login. */
  readonly login: number
  readonly protocol: string
  readonly peer?: AttemptOptions['peer']
}

/** Nothing but the origin, of whatever carries one. */
export function originOf({ login, protocol, peer }: LoginOrigin): LoginOrigin {
  return peer === undefined ? { login, protocol } : { login, protocol, peer }
}

/** One checker answered. */
export interface LoginStepEvent extends LoginOrigin {
  readonly type: 'login.step'
  readonly checker: string
  readonly kind: CredentialKind
  readonly verdict: 'accept' | 'reject' | 'pass' | 'fault'
  /** Why a checker rejected, in its own words; never shown to the client. */
  readonly reason?: string
  readonly ms: number
}

/** One presented credential was dealt with: there is exactly one of these for every `login()` and `next()`. */
export interface LoginFinishEvent extends LoginOrigin {
  readonly type: 'login.finish'
  readonly status: 'granted' | 'pending' | 'refused' | 'fault'
  readonly kind: CredentialKind
  /** The name as the client gave it, prepared; it may be a mistyped password, so keep logs private. */
  readonly username?: string
  readonly id?: Identity
  readonly proofs: readonly Proof[]
  /** Why, when the login was refused. */
  readonly reason?: string
  readonly ms: number
}

/** A session ended. */
export interface LogoutEvent extends LoginOrigin {
  readonly type: 'logout'
  readonly id: Identity
  readonly avatar: PropertyKey
}

/** Something broke: a checker, the guard, the realm, an avatar's disposal. */
export interface FaultEvent extends LoginOrigin {
  readonly type: 'fault'
  readonly error: PortalError
}

export type LoginEvent = LoginStepEvent | LoginFinishEvent | LogoutEvent | FaultEvent

/** Audit logs and metrics. What an observer throws, or rejects with, reaches nobody's login: it becomes a process warning. */
export type LoginObserver = (event: LoginEvent) => void

/** Where the events of every portal in the process are published too. */
const CHANNEL = channel('gatewright:login')

/** Tells the observers of one portal, and `gatewright:login` on `node:diagnostics_channel`. */
export class Reporter {
  readonly #observers: readonly LoginObserver[]

  constructor(observers: readonly LoginObserver[]) {
    this.#observers = [...observers]
  }

  /** Whether anybody listens. */
  get heard(): boolean {
    return this.#observers.length > 0 || CHANNEL.hasSubscribers
  }

  /** A session is over, well or badly. */
  left({ id, as }: { readonly id: Identity; readonly as: PropertyKey }, grant: LoginOrigin, failure: unknown): void {
    if (!this.heard) return
    const origin = originOf(grant)
    this.tell({ type: 'logout', ...origin, id, avatar: as })
    if (failure !== undefined)
      this.tell({ type: 'fault', ...origin, error: broken(`the logout of realm.${String(as)}`, failure) })
  }

  tell(event: LoginEvent): void {
    Object.freeze(event)
    for (const observer of this.#observers) {
      try {
        // An async observer is typed out, but easily written; its rejection must not end the process.
        const answer: unknown = observer(event)
        if (isPromise(answer)) Promise.resolve(answer).catch(warn)
      } catch (error) {
        warn(error)
      }
    }
    CHANNEL.publish(event)
  }
}

function warn(error: unknown): void {
  process.emitWarning(`a login observer failed: ${described(error)}`, {
    type: 'GatewrightWarning',
    code: 'GATEWRIGHT_OBSERVER',
  })
}

/** On one line, whatever it is: the message of an error may hold line ends, and other values may not bear to be printed. */
function described(error: unknown): string {
  try {
    return JSON.stringify(error instanceof Error ? error.message : inspect(error, { depth: 0 }))
  } catch {
    return 'by something that cannot be shown'
  }
}

import { type Proof, shown } from './attempt.ts'
import type { Credential, CredentialKind } from './credential-kinds.ts'
import type { PortalError } from './errors.ts'
import { type LoginFinishEvent, type LoginOrigin, originOf, type Reporter } from './events.ts'
import { prepareUsername } from './username.ts'
import type { Verdict } from './verdict.ts'

/** What happens to one presented credential, told while it happens. */
export interface LoginRecord {
  /** Whether anybody listens. */
  readonly heard: boolean
  /** A checker answered, or broke. */
  step(checker: string, verdict: Verdict | PortalError): void
  /** How it ended. Called once. */
  finish(status: LoginFinishEvent['status'], proofs: readonly Proof[], reason?: string): void
  readonly fault: (error: PortalError) => void
}

/** Events that nobody reads are not made, so that a quick login stays quick. */
const UNHEARD: LoginRecord = { heard: false, step() {}, finish() {}, fault() {} }

/** Opens the record of one presented credential. */
export function openRecord(reporter: Reporter, origin: LoginOrigin, presented: Credential): LoginRecord {
  return reporter.heard ? new HeardRecord(reporter, origin, presented) : UNHEARD
}

class HeardRecord implements LoginRecord {
  readonly heard = true
  readonly #reporter: Reporter
  readonly #origin: LoginOrigin
  readonly #kind: CredentialKind
  readonly #username: string | undefined
  readonly #began = performance.now()
  #last = this.#began

  constructor(reporter: Reporter, origin: LoginOrigin, presented: Credential) {
    this.#reporter = reporter
    this.#origin = originOf(origin)
    const { kind, username } = glance(presented)
    this.#kind = kind
    // A name that nobody can have is not worth its room in a log, nor the risk.
    if (typeof username === 'string') this.#username = prepareUsername(username)
  }

  step(checker: string, verdict: Verdict | PortalError): void {
    const now = performance.now()
    const answer = 'outcome' in verdict ? verdict.outcome : 'fault'
    this.#reporter.tell({
      type: 'login.step',
      ...this.#origin,
      checker,
      kind: this.#kind,
      verdict: answer,
      ...('reason' in verdict ? { reason: verdict.reason } : {}),
      ms: now - this.#last,
    })
    this.#last = now
  }

  finish(status: LoginFinishEvent['status'], proofs: readonly Proof[], reason?: string): void {
    const id = proofs[0]?.id
    this.#reporter.tell({
      type: 'login.finish',
      ...this.#origin,
      status,
      kind: this.#kind,
      ...(this.#username === undefined ? {} : { username: this.#username }),
      ...(id === undefined ? {} : { id }),
      proofs: shown(proofs),
      ...(reason === undefined ? {} : { reason }),
      ms: performance.now() - this.#began,
    })
  }

  /** Not a method: handed on to whoever may have something to report later. */
  readonly fault = (error: PortalError): void => {
    this.#reporter.tell({ type: 'fault', ...this.#origin, error })
  }
}

/** What a presented thing says it is; it may be none, and may not bear to be looked at. */
function glance(presented: unknown): { readonly kind: CredentialKind; readonly username?: unknown } {
  try {
    const { kind, username } = (presented ?? {}) as { kind: CredentialKind; username?: unknown }
    return { kind, username }
  } catch {
    return { kind: 'unknown' as CredentialKind }
  }
}

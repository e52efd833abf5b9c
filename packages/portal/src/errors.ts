const BRAND: unique symbol = Symbol.for('gatewright.error') as never

/** What every error of every Gatewright package carries beside its message. */
export interface ErrorDetails {
  readonly cause?: unknown
  /** What to do about it, one sentence for the person who runs the server. */
  readonly hint?: string
  /** When trying again makes sense, in milliseconds. */
  readonly retryAfterMs?: number
}

/**
 * The form of each package's one error class: `code` is API and never changes its meaning, the message is for people.
 * Message and hint are written to logs, so no secret may stand in them; what others said stays in `cause`.
 * `instanceof` compares a brand, so errors of two installed copies of a package are told alike.
 */
export abstract class GatewrightError<Code extends string> extends Error {
  readonly code: Code
  readonly hint?: string
  readonly retryAfterMs?: number

  constructor(brand: string, code: Code, message: string, details: ErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined)
    this.code = code
    if (details.hint !== undefined) this.hint = details.hint
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs
    Object.defineProperty(this, 'name', { value: brand, configurable: true })
    Object.defineProperty(this, BRAND, { value: brand })
  }

  static override [Symbol.hasInstance](this: object, value: unknown): boolean {
    if (typeof value !== 'object' || value === null) return false
    try {
      const brand: unknown = Reflect.get(value, BRAND)
      const own: unknown = Reflect.get(this, 'brand')
      // The family has no brand of its own: any of its members will do.
      return own === undefined ? brand !== undefined : brand === own
    } catch {
      // Whatever throws when it is looked at is none of ours, and asking must not make a second fault of the first.
      return false
    }
  }
}

/**
 * - `BAD_CONFIGURATION`: the portal was put together wrongly; thrown before anybody logs in
 * - `UNHANDLED_CREDENTIAL`: no checker accepts this kind of credential
 * - `CHECKER_UNAVAILABLE`: something a login needs (checker, guard, requirement, realm) threw, timed out or answered nonsense; see `cause`
 * - `OVERLOADED`: too many logins are waiting; `retryAfterMs` says when to come back
 * - `DEADLINE`: the `cause` of a `CHECKER_UNAVAILABLE` that took too long
 * - `ABORTED`: the attempt's signal fired, usually because the client left
 * - `CLOSED`: the portal was closed
 */
export type PortalErrorCode =
  | 'BAD_CONFIGURATION'
  | 'UNHANDLED_CREDENTIAL'
  | 'CHECKER_UNAVAILABLE'
  | 'OVERLOADED'
  | 'DEADLINE'
  | 'ABORTED'
  | 'CLOSED'

/** A fault: never a denial, never counted against the user. */
export class PortalError extends GatewrightError<PortalErrorCode> {
  static readonly brand: string = 'PortalError'

  constructor(code: PortalErrorCode, message: string, details?: ErrorDetails) {
    super(PortalError.brand, code, message, details)
  }
}

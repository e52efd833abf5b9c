import type { Proof } from './attempt.ts'
import type { Credential, CredentialKind } from './credential-kinds.ts'
import type { Identity } from './identity.ts'

/** The login succeeded. Whoever holds it must log it out; `await using` does. */
export interface Granted<Avatars, A extends keyof Avatars = keyof Avatars> extends AsyncDisposable {
  readonly status: 'granted'
  readonly id: Identity
  /** Which of the wanted avatars it is. */
  readonly as: A
  readonly avatar: Avatars[A]
  /** Who granted it: one proof for each factor. */
  readonly proofs: readonly Proof[]
  /**
   * Ends the session and disposes of its avatar; runs once, however often and by whomever it is called.
   * Rejects with what the avatar's own disposal threw, or when that takes longer than the portal's deadline.
   */
  logout(): Promise<void>
}

/** One factor is proven and another is needed. Only this object can finish the login; dispose of it to give up. */
export interface Pending<Avatars, A extends keyof Avatars = keyof Avatars> extends AsyncDisposable {
  readonly status: 'pending'
  /** The kinds of credential that would bring the login further. */
  readonly needs: readonly CredentialKind[]
  /**
   * Presents the next factor. A refusal leaves the login pending until its tries or its time are used up; a grant, or
   * another `Pending`, takes its place.
   */
  next(credential: Credential): Promise<Login<Avatars, A>>
}

/** The login failed; it says no more than a client may know. The reason is in the `login.finish` event. */
export interface Refused extends AsyncDisposable {
  readonly status: 'refused'
  /** When trying again makes sense, in milliseconds; absent when the credential was simply wrong. */
  readonly retryAfterMs?: number
  /** Present when the identity was proven and has no such avatar: 403 rather than 401. */
  readonly forbidden?: true
}

/** How one presented credential ended. Faults are thrown instead, as {@link PortalError}. */
export type Login<Avatars, A extends keyof Avatars = keyof Avatars> =
  | { readonly [K in A]: Granted<Avatars, K> }[A]
  | Pending<Avatars, A>
  | Refused

/** A refusal holds nothing, but can be held like its siblings. */
class RefusedLogin implements Refused {
  readonly status = 'refused'
  declare readonly retryAfterMs?: number
  declare readonly forbidden?: true

  constructor({ retryAfterMs, forbidden }: RefusalDetails) {
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs
    if (forbidden !== undefined) this.forbidden = forbidden
    Object.freeze(this)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve()
  }
}

/** What a client may know of a refusal. */
export type RefusalDetails = Pick<Refused, 'retryAfterMs' | 'forbidden'>

/** Nearly every refusal is this one. */
const PLAIN: Refused = new RefusedLogin({})

export function refused(details?: RefusalDetails): Refused {
  return details ? new RefusedLogin(details) : PLAIN
}

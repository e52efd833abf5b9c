import type { Credential, CredentialKind } from './credentials.ts'

/** How long, and for how many wrong tries, a half-proven login waits for its next factor. */
export interface Patience {
  /** Milliseconds from one factor to the next. @default 60_000 */
  readonly deadlineMs: number
  /** Wrong credentials until the login must start again. @default 5 */
  readonly tries: number
}

/** Presents one more credential in the login that is pending; `over` says that it comes too late to count. */
type Present<Outcome> = (credential: Credential, over: boolean) => Promise<Outcome>

/** A half-proven login. Its proofs are in the closure of `present`, so nothing else can continue from them. */
export class PendingLogin<Outcome extends { readonly status: string; readonly retryAfterMs?: number }> {
  readonly status = 'pending'
  readonly needs: readonly CredentialKind[]
  readonly #present: Present<Outcome>
  readonly #diesAt: number
  #tries: number
  #disposed = false
  #busy = false

  constructor(needs: readonly CredentialKind[], patience: Patience, present: Present<Outcome>) {
    this.needs = needs
    this.#present = present
    this.#diesAt = performance.now() + patience.deadlineMs
    this.#tries = patience.tries
  }

  async next(credential: Credential): Promise<Outcome> {
    // Two codes sent at once are one try and one refusal: a login is finished once, by one answer.
    if (this.#busy || this.#over) return this.#present(credential, true)
    this.#busy = true
    try {
      const login = await this.#present(credential, false)
      // Whatever was decided ends this step. So does a guard that holds back; a wrong credential may be tried again.
      const wrong = login.status === 'refused' && login.retryAfterMs === undefined
      this.#tries = wrong ? this.#tries - 1 : 0
      return login
    } finally {
      // A fault comes here directly: it says nothing about the user and costs no try.
      this.#busy = false
    }
  }

  get #over(): boolean {
    return this.#disposed || this.#tries <= 0 || performance.now() >= this.#diesAt
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true
    return Promise.resolve()
  }
}

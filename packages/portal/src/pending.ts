import type { Credential, CredentialKind } from './credential-kinds.ts'

/** How long, and for how many wrong tries, a half-proven login waits for its next factor. */
export interface Patience {
  /** Milliseconds from one factor to the next. @default 60_000 */
  readonly deadlineMs: number
  /** Wrong credentials until the login must start again. @default 5 */
  readonly tries: number
}

/** One credential of a pending login. */
export interface Turn {
  /** It comes too late to count. */
  readonly over: boolean
  /** Set when a checker rejected it, although the login ends in the fault of another. */
  rejected: boolean
}

/** Presents one more credential in the login that is pending. */
type Present<Outcome> = (credential: Credential, turn: Turn) => Promise<Outcome>

/** A half-proven login. Its proofs are in the closure of `present`, so nothing else can continue from them. */
export class PendingLogin<
  Outcome extends AsyncDisposable & { readonly status: string; readonly retryAfterMs?: number },
> {
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
    if (this.#busy || this.#over) return this.#refuse(credential)
    this.#busy = true
    const turn: Turn = { over: false, rejected: false }
    try {
      const login = await this.#present(credential, turn)
      // Whatever was decided ends this step. So does a guard that holds back; a wrong credential may be tried again.
      const wrong = login.status === 'refused' && login.retryAfterMs === undefined
      this.#tries = wrong ? this.#tries - 1 : 0
      if (!this.#disposed) return login
      await login[Symbol.asyncDispose]()
      return await this.#refuse(credential)
    } catch (fault) {
      // A fault says nothing about the user and costs no try, unless somebody had compared and rejected.
      if (turn.rejected) this.#tries -= 1
      throw fault
    } finally {
      this.#busy = false
    }
  }

  #refuse(credential: Credential): Promise<Outcome> {
    return this.#present(credential, { over: true, rejected: false })
  }

  get #over(): boolean {
    return this.#disposed || this.#tries <= 0 || performance.now() >= this.#diesAt
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true
    return Promise.resolve()
  }
}

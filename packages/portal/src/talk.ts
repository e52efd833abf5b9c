import { type AttemptOptions, LoginAttempt, type Proof } from './attempt.ts'
import type { LoginOrigin } from './events.ts'

/**
 * One login, up to one factor: where it comes from, what it wants, what it has proven. It lives in the closures of its own
 * login and is never stored under a name, so no other connection can add to it or take from it.
 */
export class Talk implements LoginOrigin {
  readonly login: number
  readonly from: AttemptOptions
  readonly wanted: readonly PropertyKey[]
  readonly proofs: readonly Proof[]

  constructor(login: number, from: AttemptOptions, wanted: readonly PropertyKey[], proofs: readonly Proof[]) {
    this.login = login
    this.from = from
    this.wanted = wanted
    this.proofs = proofs
  }

  get protocol(): string {
    return this.from.protocol ?? 'direct'
  }

  get peer(): AttemptOptions['peer'] {
    return this.from.peer
  }

  /** The same login, one factor further. */
  with(proof: Proof): Talk {
    return new Talk(this.login, this.from, this.wanted, [...this.proofs, proof])
  }

  /** A fresh view for a checker or a factory; the signal of an earlier one may have fired. */
  attempt(): LoginAttempt {
    return new LoginAttempt(this.from, this.proofs)
  }
}

import { type AttemptOptions, LoginAttempt, type Proof } from './attempt.ts'
import type { CredentialKind } from './credential-kinds.ts'
import type { LoginOrigin } from './events.ts'
import type { Identity } from './identity.ts'

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

  wantsOnly(made: ReadonlyMap<PropertyKey, unknown>): boolean {
    return this.wanted.length > 0 && this.wanted.every((name) => made.has(name))
  }

  hasProven(kind: CredentialKind): boolean {
    return this.proofs.length > 0 && this.proofs.some((proof) => proof.kind === kind)
  }

  /** Whether everything proven so far is proven of this identity. */
  isAbout(id: Identity): boolean {
    return this.proofs.length === 0 || this.proofs.every((proof) => proof.id === id)
  }

  /** What is proven with one proof more. */
  plus(proof: Proof): readonly Proof[] {
    return this.proofs.length === 0 ? [proof] : [...this.proofs, proof]
  }

  /** The same login, one factor further. */
  with(proofs: readonly Proof[]): Talk {
    return new Talk(this.login, this.from, this.wanted, proofs)
  }

  /** A fresh view for a checker or a factory; the signal of an earlier one may have fired. */
  attempt(): LoginAttempt {
    return new LoginAttempt(this.from, this.proofs)
  }
}

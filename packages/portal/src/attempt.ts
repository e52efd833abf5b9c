import type { Confirmation } from './confirmation.ts'
import type { CredentialKind } from './credential-kinds.ts'
import type { Identity } from './identity.ts'
import type { Facts } from './verdict.ts'

/** One factor that a login has proven. */
export interface Proof {
  readonly id: Identity
  readonly kind: CredentialKind
  /** The name of the checker that accepted. */
  readonly checker: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly facts: Facts
}

/** Proofs as they are handed out: nobody who looks at them can add one. */
export function shown(proofs: readonly Proof[]): readonly Proof[] {
  if (!Object.isFrozen(proofs)) for (const proof of proofs) Object.freeze(proof)
  return Object.freeze(proofs)
}

/** What an adapter tells of a login; everything may be left out. */
export interface AttemptOptions {
  /** `ssh`, `tcp`, `http-digest`, `acme/mqtt`, ... @default 'direct' */
  readonly protocol?: string
  readonly peer?: { readonly address: string; readonly port?: number } | undefined
  /** Whether the credential crossed an encrypted or loopback link. */
  readonly secure?: boolean
  /** Fires when the client leaves: the login ends in `ABORTED`, and an avatar made for it is logged out. */
  readonly signal?: AbortSignal | undefined
  /**
   * Asked once a checker has accepted, before the guard hears of it and before anything is granted: whether what proves the
   * identity may be used this once. Anything but `true` refuses, and counts against nobody; what it throws is a fault.
   */
  readonly confirm?: (() => Confirmation | Promise<Confirmation>) | undefined
}

/** Where a login comes from. Made by the portal from what the adapter tells; `proofs` is the portal's alone. */
export interface Attempt {
  readonly protocol: string
  readonly peer?: { readonly address: string; readonly port?: number }
  readonly secure?: boolean
  /** Fires when the answer is no longer wanted: deadline, client gone, portal closed. */
  readonly signal: AbortSignal
  /** What this login, and no other, has proven so far. */
  readonly proofs: readonly Proof[]
}

/**
 * The portal's Attempt. Most checkers never look at `signal`, so it is made when somebody does. Hand an attempt on as it
 * is: these are accessors, which a spread copy would lose.
 */
export class LoginAttempt implements Attempt {
  readonly #from: AttemptOptions
  readonly #proofs: readonly Proof[]
  #wire: { readonly controller: AbortController; readonly signal: AbortSignal } | undefined
  #ended: Error | undefined

  constructor(from: AttemptOptions, proofs: readonly Proof[]) {
    this.#from = from
    this.#proofs = proofs
  }

  get protocol(): string {
    return this.#from.protocol ?? 'direct'
  }

  /** An accessor cannot be absent; to whoever reads it, absent and `undefined` are alike. */
  get peer(): NonNullable<Attempt['peer']> {
    return this.#from.peer as NonNullable<Attempt['peer']>
  }

  get secure(): boolean {
    return this.#from.secure ?? false
  }

  get proofs(): readonly Proof[] {
    return shown(this.#proofs)
  }

  /** The adapter's own signal, which says that the client left. */
  get client(): AbortSignal | undefined {
    return this.#from.signal
  }

  get signal(): AbortSignal {
    if (!this.#wire) {
      const controller = new AbortController()
      if (this.#ended) controller.abort(this.#ended)
      const { client } = this
      this.#wire = { controller, signal: client ? AbortSignal.any([client, controller.signal]) : controller.signal }
    }
    return this.#wire.signal
  }

  /** Tells whoever still works on this attempt that nobody waits for the answer. */
  end(reason: Error): void {
    this.#ended = reason
    this.#wire?.controller.abort(reason)
  }
}

import { type Proof, shown } from './attempt.ts'
import type { Identity } from './identity.ts'
import type { Granted } from './login.ts'
import type { Talk } from './talk.ts'

/** The portal, as its sessions know it. */
export interface Host {
  /** Waits for the end of an avatar, but not for ever. */
  bound(end: PromiseLike<unknown>): Promise<unknown>
  /** Told once, when a session is over; `failure` is what the avatar's disposal threw. */
  left(session: Session, talk: Talk, failure: unknown): void
}

/** A granted login, and the only holder of its avatar's end. */
export class Session implements Granted<Record<PropertyKey, unknown>, PropertyKey> {
  readonly status = 'granted'
  readonly id: Identity
  readonly as: PropertyKey
  readonly avatar: unknown
  readonly #proofs: readonly Proof[]
  readonly #talk: Talk
  readonly #host: Host
  #over: Promise<void> | undefined

  constructor(id: Identity, as: PropertyKey, avatar: unknown, proofs: readonly Proof[], talk: Talk, host: Host) {
    this.id = id
    this.as = as
    this.avatar = avatar
    this.#proofs = proofs
    this.#talk = talk
    this.#host = host
  }

  get proofs(): readonly Proof[] {
    return shown(this.#proofs)
  }

  /** Whether the avatar has an end of its own. One that has none needs nobody to remember its session. */
  get hasEnd(): boolean {
    return endOf(this.avatar) !== undefined
  }

  logout(): Promise<void> {
    if (!this.#over) {
      // Known to be under way before the avatar hears of it: ending a connection may well call back here.
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#over = promise
      resolve(this.#end())
    }
    return this.#over
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.logout()
  }

  /** Logs out a session that nobody will ever hold. What its avatar throws is reported, as with every logout. */
  async discard(): Promise<void> {
    await this.logout().catch(() => undefined)
  }

  /** Begins the end. @returns what there is to wait for; most avatars have no end of their own */
  #end(): Promise<void> | undefined {
    let ending: unknown
    try {
      ending = endOf(this.avatar)?.call(this.avatar)
    } catch (error) {
      ending = Promise.reject(error)
    }
    if (ending !== undefined) return this.#outlast(Promise.resolve(ending))
    this.#host.left(this, this.#talk, undefined)
    return undefined
  }

  async #outlast(ending: Promise<unknown>): Promise<void> {
    let failure: unknown
    try {
      await this.#host.bound(ending)
    } catch (error) {
      failure = error ?? new Error('the avatar threw nothing in particular')
      throw failure
    } finally {
      this.#host.left(this, this.#talk, failure)
    }
  }
}

/** An avatar's own end: `Symbol.asyncDispose` before `Symbol.dispose`. */
function endOf(avatar: unknown): (() => unknown) | undefined {
  if ((typeof avatar !== 'object' || avatar === null) && typeof avatar !== 'function') return undefined
  const { [Symbol.asyncDispose]: later, [Symbol.dispose]: now } = avatar as Partial<AsyncDisposable & Disposable>
  return later ?? now
}

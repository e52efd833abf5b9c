import { copied, Recent } from './recent.ts'

const REMEMBERED = 1_000
/** Longer ones are hashed each time, so that what is remembered stays small. */
const MAX_CHARS = 256

/** What is asked for, as both ends sign it (RFC 7616 sections 3.4.3 and 3.5, qop `auth`). */
export class Target {
  readonly method: string
  readonly uri: string
  /** H(A2) of the client's answer. */
  readonly asked: string
  readonly #hash: (text: string) => string
  #answered: string | undefined

  constructor(method: string, uri: string, hash: (text: string) => string) {
    this.method = method
    this.uri = uri
    this.asked = hash(`${method}:${uri}`)
    this.#hash = hash
  }

  /** H(A2) of ours. */
  get answered(): string {
    this.#answered ??= this.#hash(`:${this.uri}`)
    return this.#answered
  }
}

/** The targets of one algorithm. Clients ask for the same few over and over, and hashing those is half of all hashing. */
export class Targets {
  readonly #hash: (text: string) => string
  readonly #recent = new Recent<Target>(REMEMBERED)

  constructor(hash: (text: string) => string) {
    this.#hash = hash
  }

  of(method: string, uri: string): Target {
    return this.#recent.get(uri, method) ?? new Target(method, copied(uri), this.#hash)
  }

  /** Only for what a right answer was made for: strangers fill nothing here, and learn nothing of it by time. */
  remember(target: Target): void {
    const { uri, method } = target
    if (uri.length <= MAX_CHARS && this.#recent.get(uri, method) !== target) this.#recent.set(uri, method, target)
  }
}

import type { AttackDetails, Header, Presentation } from '@gatewright/http-login'
import { type Confirmation, type Credential, digest } from '@gatewright/portal'
import type { Algorithm } from './algorithms.ts'
import type { Nonce } from './nonces.ts'
import type { Qop } from './options.ts'
import type { Target } from './targets.ts'

/** The parts of an answer that is meant for us, whoever it is of (RFC 7616 section 3.4). */
export interface AnswerParts {
  readonly realm: string
  readonly algorithm: Algorithm
  readonly nonce: Nonce
  /** How old the nonce was when it was answered, in milliseconds; below zero by another machine's clock. */
  readonly ageMs: number
  /** What the nonce is bound to; empty for none. */
  readonly address: string
  readonly nc: string
  readonly cnonce: string
  readonly qop: Qop
  readonly response: string
  readonly method: string
  readonly uri: string
}

/** What the scheme knows and an answer does not. */
export interface AnswerKeeper {
  /** Whether the nonce may still be answered; asked before anything is remembered of it. */
  isStale(parts: Pick<AnswerParts, 'nonce' | 'ageMs'>): boolean
  /** Takes a nonce count, once. */
  claim(nonce: Nonce, count: number): Promise<'fresh' | 'replay' | 'too-old'>
  /** `Authentication-Info` for who was let in. */
  info(answer: DigestAnswer): readonly Header[]
}

/** An answer to a challenge, of which it is not yet known whether it is right. It does the arithmetic; a checker finds the HA1. */
export class DigestAnswer implements Presentation {
  readonly parts: AnswerParts
  readonly credential: Credential<'digest'>
  /** Whether it was right and is of no use any more: the client need not ask its user again (RFC 7616 section 3.3). */
  stale = false
  attack: AttackDetails | undefined
  readonly #keeper: AnswerKeeper
  readonly #bodyHash: string | undefined
  /** What a right answer was made with. */
  #proven: { readonly key: string; readonly target: Target } | undefined
  #confirmed: Promise<Confirmation> | Confirmation | undefined

  /** @param bodyHash H(entity-body) for `auth-int` */
  constructor(parts: AnswerParts, username: string, keeper: AnswerKeeper, bodyHash?: string) {
    this.parts = parts
    this.#keeper = keeper
    this.#bodyHash = bodyHash
    const { realm, algorithm } = parts
    this.credential = digest({ username, realm, algorithm: algorithm.name, verify: (ha1) => this.#verify(ha1) })
  }

  /** RFC 7616 section 3.4.1. The work is the same whether it is right or not, and whoever the HA1 is of. */
  #verify(ha1: string): boolean {
    const { algorithm, nonce, cnonce, method, uri, qop, response } = this.parts
    const key = algorithm.session ? algorithm.hash(`${ha1}:${nonce.text}:${cnonce}`) : ha1
    const target = algorithm.targets.of(method, uri)
    const ha2 = qop === 'auth-int' ? algorithm.hash(`${method}:${uri}:${this.#bodyHash}`) : target.asked
    const right = algorithm.isSame(this.#digest(key, qop, ha2), response)
    if (right) this.#proven = { key, target }
    return right
  }

  #digest(key: string, qop: Qop, ha2: string): string {
    const { algorithm, nonce, nc, cnonce } = this.parts
    return algorithm.hash([key, nonce.text, nc, cnonce, qop, ha2].join(':'))
  }

  /** A right answer counts once. One request may ask more than once, and hears the same. */
  readonly confirm = (): Confirmation | Promise<Confirmation> => {
    this.#confirmed ??= this.#claim()
    return this.#confirmed
  }

  #claim(): Confirmation | Promise<Confirmation> {
    const { nonce, nc } = this.parts
    if (this.#keeper.isStale(this.parts)) {
      this.stale = true
      return 'stale nonce'
    }
    return this.#keeper.claim(nonce, Number.parseInt(nc, 16)).then((count) => {
      if (count === 'fresh') return true
      this.stale = true
      if (count === 'replay') this.attack = { attack: 'replay', detail: `nonce ${nonce.text}, count ${nc}` }
      return count === 'replay' ? 'replayed nonce count' : 'nonce count too old'
    })
  }

  admitted(): readonly Header[] {
    return this.#keeper.info(this)
  }

  /** RFC 7616 section 3.5: the answer to the answer, which nobody can make who does not know the password. */
  rspauth(): string | undefined {
    if (!this.#proven) return undefined
    const { key, target } = this.#proven
    this.parts.algorithm.targets.remember(target)
    // The headers go out before the body is known, so what is vouched for is the request alone: `auth`.
    return this.#digest(key, 'auth', target.answered)
  }
}

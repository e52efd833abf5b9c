import { timingSafeEqual } from 'node:crypto'
import type { AttackDetails, Header, Presentation } from '@gatewright/http-login'
import { type Confirmation, type Credential, digest } from '@gatewright/portal'
import type { Algorithm } from './algorithms.ts'
import type { Nonce } from './nonces.ts'
import type { Qop } from './options.ts'

/** The parts of an answer that is meant for us, whoever it is of (RFC 7616 section 3.4). */
export interface AnswerParts {
  readonly username: string
  readonly realm: string
  readonly algorithm: Algorithm
  readonly nonce: Nonce
  /** What the nonce is bound to; empty for none. */
  readonly address: string
  readonly nc: string
  readonly cnonce: string
  readonly qop: Qop
  readonly response: string
  readonly method: string
  readonly uri: string
  /** H(entity-body) for `auth-int`. */
  readonly bodyHash: string | undefined
}

/** What the scheme knows and an answer does not. */
export interface AnswerKeeper {
  /** Whether the nonce may still be answered; asked before anything is remembered of it. */
  isStale(nonce: Nonce): boolean
  /** Takes a nonce count, once. */
  claim(nonce: Nonce, count: number): Promise<'fresh' | 'replay' | 'too-old'>
  /** `Authentication-Info` for who was let in. */
  info(answer: DigestAnswer): readonly Header[]
}

const scratch = { expected: Buffer.alloc(64), response: Buffer.alloc(64) }

/** An answer to a challenge, of which it is not yet known whether it is right. It does the arithmetic; a checker finds the HA1. */
export class DigestAnswer implements Presentation {
  readonly parts: AnswerParts
  readonly credential: Credential<'digest'>
  /** Whether it was right and is of no use any more: the client need not ask its user again (RFC 7616 section 3.3). */
  stale = false
  attack: AttackDetails | undefined
  readonly #keeper: AnswerKeeper
  #key: string | undefined
  #confirmed: Promise<Confirmation> | Confirmation | undefined

  constructor(parts: AnswerParts, keeper: AnswerKeeper) {
    this.parts = parts
    this.#keeper = keeper
    const { username, realm, algorithm } = parts
    this.credential = digest({ username, realm, algorithm: algorithm.name, verify: (ha1) => this.#verify(ha1) })
  }

  /** RFC 7616 section 3.4.1. The work is the same whether it is right or not, and whoever the HA1 is of. */
  #verify(ha1: string): boolean {
    const { algorithm, nonce, cnonce, method, uri, qop, bodyHash, response } = this.parts
    const key = algorithm.session ? algorithm.hash(`${ha1}:${nonce.text}:${cnonce}`) : ha1
    const a2 = qop === 'auth-int' ? `${method}:${uri}:${bodyHash}` : `${method}:${uri}`
    const right = isSame(this.#digest(key, qop, a2), response, algorithm.digits)
    if (right) this.#key = key
    return right
  }

  #digest(key: string, qop: Qop, a2: string): string {
    const { algorithm, nonce, nc, cnonce } = this.parts
    return algorithm.hash(`${key}:${nonce.text}:${nc}:${cnonce}:${qop}:${algorithm.hash(a2)}`)
  }

  /** A right answer counts once. One request may ask more than once, and hears the same. */
  readonly confirm = (): Confirmation | Promise<Confirmation> => {
    this.#confirmed ??= this.#claim()
    return this.#confirmed
  }

  #claim(): Confirmation | Promise<Confirmation> {
    const { nonce, nc } = this.parts
    if (this.#keeper.isStale(nonce)) {
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
    // The headers go out before the body is known, so what is vouched for is the request alone: `auth`.
    return this.#key === undefined ? undefined : this.#digest(this.#key, 'auth', `:${this.parts.uri}`)
  }
}

/** In constant time. Both are lower-case hexadecimal of `digits`. */
function isSame(expected: string, response: string, digits: number): boolean {
  if (expected.length !== digits || response.length !== digits) return false
  const mine = scratch.expected.subarray(0, digits)
  const theirs = scratch.response.subarray(0, digits)
  mine.write(expected, 'latin1')
  theirs.write(response, 'latin1')
  return timingSafeEqual(mine, theirs)
}

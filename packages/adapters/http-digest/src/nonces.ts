import { createHmac, createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto'
import { HttpLoginError } from '@gatewright/http-login'
import { copied, Recent } from './recent.ts'

/** What a nonce says, once its signature was found right. */
export interface Nonce {
  readonly text: string
  /** When it was made, in milliseconds since the epoch. */
  readonly madeAt: number
  /** Which process made it. */
  readonly maker: string
  /** Where the counts it was answered with are kept. */
  readonly key: string
}

/** Made of random bytes in each process; nobody needs to know it. */
const MAKER_BYTES = 6
const MAKER_CHARS = 8
/** Base 36, in milliseconds: enough until the year 5188. */
const TIME_CHARS = 9
/** 128 bits of HMAC-SHA-256 in base64url. Whoever would forge one has to ask us about each try. */
const MAC_CHARS = 22
const MIN_SECRET_BYTES = 16
const REMEMBERED = 10_000
/** Longer than any nonce of ours; there is nothing to sign in a long one. */
const MAX_CHARS = 64

/**
 * Nonces that say themselves when and by whom they were made, signed, so that nothing is remembered of a challenge that nobody
 * answers, and every process with the same secret takes them (RFC 7616 section 3.3).
 */
export class Nonces {
  /** The first signs, all are taken: so secrets are changed without a client noticing. */
  readonly #keys: readonly KeyObject[]
  readonly #context: string
  readonly #maker: string = randomBytes(MAKER_BYTES).toString('base64url')
  readonly #now: () => number
  readonly #known = new Recent<Nonce>(REMEMBERED)
  #made = 0

  /** @throws {HttpLoginError} `BAD_CONFIGURATION` */
  constructor(secrets: readonly (string | Uint8Array)[], realm: string, now: () => number) {
    this.#keys = secrets.map(keyOf)
    this.#context = `gatewright http-digest nonce\0${realm}\0`
    this.#now = now
  }

  /** This process, as its nonces name it. */
  get maker(): string {
    return this.#maker
  }

  /** A nonce like no other. `address` binds it to a client. */
  make(address: string): string {
    const time = Math.trunc(this.#now()).toString(36).padStart(TIME_CHARS, '0')
    const text = `${this.#maker}${time}${(this.#made++).toString(36)}`
    return text + this.#sign(this.#keys[0] as KeyObject, text, address)
  }

  /** What a nonce says, if one of our secrets has signed it for this address. Nothing in it is looked at before. */
  read(nonce: string, address: string): Nonce | undefined {
    const known = this.#known.get(nonce, address)
    if (known) return known
    if (nonce.length <= MAKER_CHARS + TIME_CHARS + MAC_CHARS || nonce.length > MAX_CHARS) return undefined
    const text = nonce.slice(0, -MAC_CHARS)
    const mac = Buffer.from(nonce.slice(-MAC_CHARS), 'latin1')
    const signed = this.#keys.some((key) => timingSafeEqual(Buffer.from(this.#sign(key, text, address), 'latin1'), mac))
    if (!signed) return undefined
    const madeAt = Number.parseInt(text.slice(MAKER_CHARS, MAKER_CHARS + TIME_CHARS), 36)
    const own = copied(nonce)
    return { text: own, madeAt, maker: text.slice(0, MAKER_CHARS), key: `http-digest:${own}` }
  }

  /** Remembers that a nonce was signed by us. Only for nonces that a right answer was made with: strangers fill nothing here. */
  remember(nonce: Nonce, address: string): void {
    if (this.#known.get(nonce.text, address) !== nonce) this.#known.set(nonce.text, address, nonce)
  }

  #sign(key: KeyObject, text: string, address: string): string {
    const mac = createHmac('sha256', key).update(`${this.#context}${address}\0${text}`, 'utf8')
    return mac.digest('base64url').slice(0, MAC_CHARS)
  }
}

function keyOf(secret: unknown): KeyObject {
  const bytes = typeof secret === 'string' ? Buffer.from(secret, 'utf8') : secret
  if (bytes instanceof Uint8Array && bytes.length >= MIN_SECRET_BYTES) return createSecretKey(bytes)
  throw new HttpLoginError('BAD_CONFIGURATION', `a secret has at least ${MIN_SECRET_BYTES} bytes`, {
    hint: 'Make one by: openssl rand -base64 32',
  })
}

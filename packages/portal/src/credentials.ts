import { inspect } from 'node:util'
import { prepareUsername } from './username.ts'

/**
 * Every kind of credential there is. Open: a package adds its own by declaration merging, under a prefixed name.
 *
 * ```ts
 * declare module '@gatewright/portal' {
 *   interface CredentialKinds { 'acme/fingerprint': { kind: 'acme/fingerprint', print: Uint8Array } }
 * }
 * ```
 */
export interface CredentialKinds {
  anonymous: AnonymousCredential
  password: PasswordCredential
  digest: DigestCredential
  publickey: PublicKeyCredential
  totp: TotpCredential
}
export type CredentialKind = keyof CredentialKinds
/** What a client presented. */
export type Credential<K extends CredentialKind = CredentialKind> = CredentialKinds[K]

/** The client asks to come in without saying who it is. */
export interface AnonymousCredential {
  readonly kind: 'anonymous'
}

/** A name and the password typed for it, exactly as received. */
export interface PasswordCredential {
  readonly kind: 'password'
  readonly username: string
  readonly password: string
}

/** An answer to an HTTP Digest challenge (RFC 7616). The credential does the arithmetic; a checker only finds the stored HA1. */
export interface DigestCredential {
  readonly kind: 'digest'
  readonly username: string
  readonly realm: string
  /** As in the challenge: `MD5`, `SHA-256`, `SHA-512-256`, or one of them with `-sess`. */
  readonly algorithm: string
  /** Whether the client's answer was made with this HA1 (lower-case hexadecimal). */
  verify(ha1: string): boolean
}

/** A public key as it stands on the wire (RFC 4253 section 6.6). */
export interface PublicKey {
  readonly algorithm: string
  readonly blob: Uint8Array
}

/** What a security key (FIDO) has signed about the person before it. */
export interface KeyPresence {
  /** Somebody touched it. */
  readonly touched: boolean
  /** It knows who: by PIN or fingerprint. */
  readonly verified: boolean
}

/** A key whose private half the client has proven to hold: adapters make this only after the signature verified. */
export interface PublicKeyCredential {
  readonly kind: 'publickey'
  readonly username: string
  readonly key: PublicKey
  /** From the signature of a security key; other keys have none. */
  readonly presence?: KeyPresence
}

/** "Would this key do?" Nothing has been signed, so nobody logs in with it. */
export interface PublicKeyOffer {
  readonly username: string
  readonly key: PublicKey
}

/** A one-time code. Without a name it belongs to whom the login has proven so far. */
export interface TotpCredential {
  readonly kind: 'totp'
  readonly username?: string
  readonly passcode: string
}

const SECRET = '[secret]'

/** The secret is a private field, which no printer, cloner or spread can reach; what prints is made here. */
class Password implements PasswordCredential {
  readonly kind = 'password'
  readonly username: string
  readonly #password: string
  readonly #sound: boolean

  constructor(username: string, password: string) {
    const prepared = prepareUsername(username)
    this.username = prepared ?? username
    this.#password = password
    this.#sound = prepared !== undefined && isSecret(password)
  }

  get password(): string {
    return this.#password
  }

  toJSON(): object {
    return { kind: this.kind, username: this.username, password: SECRET }
  }

  [inspect.custom](): object {
    return this.toJSON()
  }

  /** What was found out when it was made; `undefined` for objects that were not made here. */
  static sound(value: object): boolean | undefined {
    return #sound in value ? value.#sound : undefined
  }
}

class Digest implements DigestCredential {
  readonly kind = 'digest'
  readonly username: string
  readonly realm: string
  readonly algorithm: string
  readonly #verify: (ha1: string) => boolean

  constructor({ username, realm, algorithm, verify }: Omit<DigestCredential, 'kind'>) {
    this.username = prepareUsername(username) ?? username
    this.realm = realm
    this.algorithm = algorithm
    this.#verify = verify
  }

  verify(ha1: string): boolean {
    return this.#verify(ha1)
  }

  static made(value: object): boolean {
    return #verify in value
  }
}

class Totp implements TotpCredential {
  readonly kind = 'totp'
  declare readonly username?: string
  readonly #passcode: string

  constructor(passcode: string, username?: string) {
    if (username !== undefined) this.username = prepareUsername(username) ?? username
    this.#passcode = passcode
  }

  get passcode(): string {
    return this.#passcode
  }

  toJSON(): object {
    return { kind: this.kind, username: this.username, passcode: SECRET }
  }

  [inspect.custom](): object {
    return this.toJSON()
  }

  static made(value: object): boolean {
    return #passcode in value
  }
}

const ANYBODY: AnonymousCredential = Object.freeze({ kind: 'anonymous' })

/** Asks to come in without a name. */
export function anonymous(): AnonymousCredential {
  return ANYBODY
}

/** A user name and password. Nothing is refused here: the portal refuses what no user can have, so adapters need no checks of their own. */
export function password(username: string, password: string): PasswordCredential {
  return new Password(username, password)
}

/** An answered HTTP Digest challenge. */
export function digest(answer: Omit<DigestCredential, 'kind'>): DigestCredential {
  return new Digest(answer)
}

/** A key whose possession the adapter has verified, with what the signature of a security key says beside. */
export function publickey(username: string, key: PublicKey, presence?: KeyPresence): PublicKeyCredential {
  const credential = { kind: 'publickey', username: prepareUsername(username) ?? username, key } as const
  return Object.freeze(presence === undefined ? credential : { ...credential, presence })
}

/** A one-time code, for `username` or for whom the login has proven so far. */
export function totp(passcode: string, username?: string): TotpCredential {
  return new Totp(passcode, username)
}

const MAX_SECRET_BYTES = 1024
/** A UTF-16 unit is at most three bytes of UTF-8, so shorter strings need no counting. */
const SURELY_SHORT = Math.floor(MAX_SECRET_BYTES / 3)

function isSecret(value: unknown): value is string {
  if (typeof value !== 'string' || value === '' || !value.isWellFormed()) return false
  return value.length <= SURELY_SHORT || Buffer.byteLength(value) <= MAX_SECRET_BYTES
}

const isName = (value: unknown): value is string => typeof value === 'string' && prepareUsername(value) === value
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.isWellFormed()

/** Whether this is a public key at all; which algorithms are welcome is a checker's question. */
export function isOffer(offer: unknown): offer is PublicKeyOffer {
  const { username, key } = (offer ?? {}) as Partial<PublicKeyOffer>
  return (
    isName(username) &&
    typeof key === 'object' &&
    key !== null &&
    isText(key.algorithm) &&
    key.blob instanceof Uint8Array
  )
}

/** The two flags in an object of our own; `undefined` unless both are flags: a truthy one was never signed. */
function presenceIn(presence: unknown): KeyPresence | undefined {
  if (typeof presence !== 'object' || presence === null) return undefined
  const { touched, verified } = presence as Partial<KeyPresence>
  return typeof touched === 'boolean' && typeof verified === 'boolean'
    ? Object.freeze({ touched, verified })
    : undefined
}

/**
 * The credential in the only form that checkers see, or `undefined` if no user can have presented it: names prepared,
 * secrets hidden and within bounds, fields of the right type. Objects written by hand are made anew.
 */
export function admissible(credential: Credential): Credential | undefined {
  switch (credential.kind) {
    case 'password': {
      const sound = Password.sound(credential)
      if (sound === undefined) return admissible(password(credential.username, credential.password))
      return sound ? credential : undefined
    }
    case 'totp': {
      const made = Totp.made(credential) ? credential : totp(credential.passcode, credential.username)
      return (made.username === undefined || isName(made.username)) && isSecret(made.passcode) ? made : undefined
    }
    case 'digest': {
      const { username, realm, algorithm } = credential
      if (typeof credential.verify !== 'function' || !isText(realm) || !isText(algorithm)) return undefined
      const made = Digest.made(credential)
        ? credential
        : digest({ username, realm, algorithm, verify: (ha1) => credential.verify(ha1) })
      return isName(made.username) ? made : undefined
    }
    case 'publickey': {
      const { username, key, presence } = credential
      const made = publickey(username, key, presenceIn(presence))
      return isOffer(made) && (presence === undefined || made.presence !== undefined) ? made : undefined
    }
    case 'anonymous':
      return ANYBODY
    default: {
      const { username } = credential as { username?: unknown }
      return username === undefined || isName(username) ? credential : undefined
    }
  }
}

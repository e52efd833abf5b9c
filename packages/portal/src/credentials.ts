import { inspect } from 'node:util'
import type {
  AnonymousCredential,
  DigestCredential,
  KeyPresence,
  PasswordCredential,
  PublicKey,
  PublicKeyCredential,
  TotpCredential,
} from './credential-kinds.ts'
import { prepareUsername } from './username.ts'

const MAX_SECRET_BYTES = 1024
/** A UTF-16 unit is at most three bytes of UTF-8, so shorter strings need no counting. */
const SURELY_SHORT = Math.floor(MAX_SECRET_BYTES / 3)

/** Whether this can be a secret of anybody's. */
export function isSecret(value: unknown): value is string {
  if (typeof value !== 'string' || value === '' || !value.isWellFormed()) return false
  return value.length <= SURELY_SHORT || Buffer.byteLength(value) <= MAX_SECRET_BYTES
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

/** Whether a password credential was sound when it was made; `undefined` for objects that were not made here. */
export function soundness(credential: object): boolean | undefined {
  return Password.sound(credential)
}

/** Whether a digest or totp credential was made here, so that its fields are prepared and its secret hidden. */
export function isOurs(credential: DigestCredential | TotpCredential): boolean {
  return credential.kind === 'digest' ? Digest.made(credential) : Totp.made(credential)
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

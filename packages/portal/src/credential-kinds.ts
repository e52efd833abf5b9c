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

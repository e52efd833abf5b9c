import { createHash, type KeyObject, type VerifyKeyObjectInput, verify } from 'node:crypto'
import type { KeyPresence, PublicKey } from '@gatewright/portal'
import { type Certificate, parseCertificate } from './certificate.ts'
import { SshKeyError } from './errors.ts'
import { certifiedAlgorithm, type KeyAlgorithm } from './key-algorithm.ts'
import { type ParsedKey, parsePublicKey } from './public-key.ts'
import { RecentKeys } from './recent-keys.ts'
import { WireReader } from './wire-reader.ts'

/** What a client claims by signing: a publickey request of RFC 4252 section 7. */
export interface SignatureClaim {
  /** The public key algorithm named in the request: `rsa-sha2-512`, `ssh-ed25519-cert-v01@openssh.com`, ... */
  readonly algorithm: string
  /** The key or certificate of the request. */
  readonly blob: Uint8Array
  /** The whole signature, with the name of its own format in front. */
  readonly signature: Uint8Array
  /** What was signed: session identifier, user, service, algorithm, key. */
  readonly signed: Uint8Array
}

const PROVEN: unique symbol = Symbol('proven')

/** A key whose private half signed the request. Made by {@link verifySignature} alone. */
export interface Proven {
  readonly [PROVEN]: true
  /** `algorithm` is the kind of key or certificate, as it stands in the blob. */
  readonly key: PublicKey
  /** Of security keys: what the signature says of the person in front of it. */
  readonly presence?: KeyPresence
}

/** RSA keys sign in several ways, of which two are fit for use (RFC 8332); all others have one, named as the key is. */
const RSA_HASHES: ReadonlyMap<string, string> = new Map([
  ['rsa-sha2-256', 'sha256'],
  ['rsa-sha2-512', 'sha512'],
])

/** Names of requests for RSA certificates: the way to sign and the kind of certificate in one. */
const RSA_CERTIFICATES: ReadonlyMap<string, string> = new Map([
  ['rsa-sha2-256-cert-v01@openssh.com', 'rsa-sha2-256'],
  ['rsa-sha2-512-cert-v01@openssh.com', 'rsa-sha2-512'],
])

const RECENT = new RecentKeys()

/** Flags of a security key: PROTOCOL.u2f, from WebAuthn section 6.1. */
const TOUCHED = 0x01
const VERIFIED = 0x04

/**
 * The one place where a signature is verified.
 *
 * The algorithm of the request, the kind of the key and the format of the signature are bound to each other, so that none
 * of them can be had in a weaker form than was asked for.
 *
 * @returns the key that signed, or `undefined` for everything else: a wrong signature, labels that do not fit, a key that
 * is unknown or weak, bytes that are no key at all. It throws for nothing that a client can send.
 */
export function verifySignature({ algorithm, blob, signature, signed }: SignatureClaim): Proven | undefined {
  try {
    const key = keyThatSigns(algorithm, blob)
    const presence = key?.verifies(signature, signed)
    if (key === undefined || presence === undefined) return undefined
    if (key.plain) RECENT.remember(key.plain)
    const name = new WireReader(blob).text()
    const proven = { [PROVEN]: true as const, key: Object.freeze({ algorithm: name, blob }) }
    return Object.freeze(presence === true ? proven : { ...proven, presence: Object.freeze(presence) })
  } catch (error) {
    if (error instanceof SshKeyError) return undefined
    throw error
  }
}

/**
 * Whether the CA that a certificate names has signed it. Whether that CA is trusted is another question, to be asked first.
 * It throws for nothing that a client can send.
 */
export function isCertified({ ca, signed, signature }: Certificate): boolean {
  try {
    const key = parsePublicKey(ca)
    const format = new WireReader(signature).text()
    // A CA may sign with any hash that users may; SHA-1 is not among them.
    const fits = key.algorithm === 'ssh-rsa' ? RSA_HASHES.has(format) : format === key.algorithm
    return fits && signer(key, format).verifies(signature, signed) !== undefined
  } catch (error) {
    if (error instanceof SshKeyError) return false
    throw error
  }
}

interface Signer {
  /** Absent for certificates: the key of one is read with it. */
  readonly plain?: ParsedKey
  /** `true` or who was present, if this key signed this; else `undefined`. */
  verifies(signature: Uint8Array, signed: Uint8Array): KeyPresence | true | undefined
}

/** The key that must have signed, and the only format in which it may have. */
function keyThatSigns(asked: string, blob: Uint8Array): Signer | undefined {
  const rsaFormat = RSA_CERTIFICATES.get(asked)
  const certified = rsaFormat === undefined ? certifiedAlgorithm(asked) : 'ssh-rsa'
  if (certified !== undefined) {
    // 'ssh-rsa-cert-v01@openssh.com' as a way to sign is SHA-1.
    const format = rsaFormat ?? (certified === 'ssh-rsa' ? undefined : certified)
    if (format === undefined) return undefined
    const { key } = parseCertificate(blob)
    return key.algorithm === certified ? signer(key, format) : undefined
  }
  const key = RECENT.parse(blob)
  const fits = RSA_HASHES.has(asked) ? key.algorithm === 'ssh-rsa' : key.algorithm === asked && asked !== 'ssh-rsa'
  return fits ? { plain: key, ...signer(key, asked) } : undefined
}

function signer(key: ParsedKey, format: string): Signer {
  return {
    verifies(signature, signed) {
      const reader = new WireReader(signature)
      if (reader.text() !== format) return undefined
      const value = reader.string()
      if (key.application !== undefined) return verifiesByTouch(key, key.application, value, reader, signed)
      reader.end()
      return isSignedBy(key.key, key.algorithm, format, value, signed) || undefined
    },
  }
}

/** PROTOCOL.u2f: what a security key signs is made of the application, its flags, a counter, and the digest of the message. */
function verifiesByTouch(
  { key, algorithm }: ParsedKey,
  application: string,
  value: Buffer,
  reader: WireReader,
  signed: Uint8Array,
): KeyPresence | undefined {
  const flags = reader.byte()
  const counter = reader.bytes(4)
  reader.end()
  const message = Buffer.concat([sha256(application), Buffer.of(flags), counter, sha256(signed)])
  if (!isSignedBy(key, algorithm, algorithm, value, message)) return undefined
  return { touched: (flags & TOUCHED) !== 0, verified: (flags & VERIFIED) !== 0 }
}

function isSignedBy(
  key: KeyObject,
  algorithm: KeyAlgorithm,
  format: string,
  value: Buffer,
  message: Uint8Array,
): boolean {
  switch (algorithm) {
    case 'ssh-ed25519':
    case 'sk-ssh-ed25519@openssh.com':
      return value.length === 64 && verified(null, message, key, value)
    case 'ssh-rsa': {
      const hash = RSA_HASHES.get(format)
      const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {}
      const length = Math.ceil(modulusLength / 8)
      if (hash === undefined || value.length > length) return false
      // RFC 8332 section 3 has it without leading zeros; they are not part of the number.
      const padded = Buffer.concat([Buffer.alloc(length - value.length), value])
      return verified(hash, message, key, padded)
    }
    case 'sk-ecdsa-sha2-nistp256@openssh.com':
    case 'ecdsa-sha2-nistp256':
      return isEcdsa(key, 'sha256', 32, value, message)
    case 'ecdsa-sha2-nistp384':
      return isEcdsa(key, 'sha384', 48, value, message)
    case 'ecdsa-sha2-nistp521':
      return isEcdsa(key, 'sha512', 66, value, message)
  }
}

/** RFC 5656 section 3.1.2: two numbers, r and s. */
function isEcdsa(key: KeyObject, hash: string, bytes: number, value: Buffer, message: Uint8Array): boolean {
  const reader = new WireReader(value)
  const r = reader.positive()
  const s = reader.positive()
  reader.end()
  if (r.length > bytes || s.length > bytes) return false
  const signature = Buffer.alloc(2 * bytes)
  r.copy(signature, bytes - r.length)
  s.copy(signature, 2 * bytes - s.length)
  return verified(hash, message, { key, dsaEncoding: 'ieee-p1363' }, signature)
}

const sha256 = (data: Uint8Array | string): Buffer => createHash('sha256').update(data).digest()

/** Nothing but `true` is a yes. OpenSSL complains of some numbers instead of saying no. */
function verified(
  hash: string | null,
  message: Uint8Array,
  key: KeyObject | VerifyKeyObjectInput,
  signature: Uint8Array,
): boolean {
  try {
    return verify(hash, message, key, signature) === true
  } catch (error) {
    if (String((error as NodeJS.ErrnoException).code).startsWith('ERR_OSSL')) return false
    throw error
  }
}

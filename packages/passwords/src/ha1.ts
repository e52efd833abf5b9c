import { hash, randomBytes } from 'node:crypto'
import type { DigestCredential } from '@gatewright/portal'
import { plainPassword, requirePassword } from './plain.ts'
import type { StoredUser } from './user-source.ts'

/** The algorithms of RFC 7616 section 6.1. */
export type DigestAlgorithm = 'MD5' | 'SHA-256' | 'SHA-512-256'

/** What HTTP Digest needs of a password, in one realm: as secret as the password, for that realm. */
export interface Ha1 {
  readonly realm: string
  readonly algorithm: DigestAlgorithm
  /** H(username ":" realm ":" password) in hexadecimal (RFC 7616 section 3.4.2). */
  readonly hash: string
}

interface Hash {
  readonly name: string
  /** Hexadecimal digits. */
  readonly digits: number
}

const HASHES: ReadonlyMap<string, Hash> = new Map<DigestAlgorithm, Hash>([
  ['MD5', { name: 'md5', digits: 32 }],
  ['SHA-256', { name: 'sha256', digits: 64 }],
  ['SHA-512-256', { name: 'sha512-256', digits: 64 }],
])

/** Nobody's HA1. New in each process, so nobody can answer a challenge with it. */
const NOBODYS = randomBytes(32).toString('hex')

/**
 * What HTTP Digest needs of a password, to be stored beside its hash and written anew whenever that is. It costs no more to
 * guess by than one hash, so keep it only where Digest is asked.
 *
 * @param username as the user will type it, in NFC
 * @throws {PasswordsError} `BAD_PASSWORD`
 */
export function ha1(username: string, realm: string, password: string, algorithm: DigestAlgorithm = 'SHA-256'): Ha1 {
  return { realm, algorithm, hash: hashOf(algorithm, username, realm, requirePassword(password)) }
}

function hashOf(algorithm: DigestAlgorithm, username: string, realm: string, password: Buffer): string {
  const { name } = HASHES.get(algorithm) as Hash
  return hash(name, Buffer.concat([Buffer.from(`${username}:${realm}:`), password]))
}

/**
 * The HA1 by which to verify this answer to a challenge, and whether it is really the user's: when it is not, verifying
 * takes as long and proves nothing.
 */
export function ha1For(
  user: StoredUser | undefined,
  { username, realm, algorithm }: DigestCredential,
): { readonly hash: string; readonly real: boolean } {
  // RFC 7616 section 3.4.2: `-sess` changes what is made of this hash, not the hash.
  const base = algorithm.toUpperCase().replace(/-SESS$/, '')
  if (!isDigestAlgorithm(base)) return { hash: NOBODYS, real: false }
  const stored = user?.ha1?.find((ha1) => ha1.realm === realm && ha1.algorithm === base)
  if (stored) return { hash: stored.hash.toLowerCase(), real: true }
  const text = user?.password === undefined ? undefined : plainPassword(user.password)
  if (text) return { hash: hashOf(base, username, realm, text), real: true }
  return { hash: NOBODYS.slice(0, HASHES.get(base)?.digits), real: false }
}

/** A copy of what a source calls an HA1, or `undefined`. An empty or cut one would let in whoever computes with nothing. */
export function asHa1(value: unknown): Ha1 | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { realm, algorithm, hash } = value as Partial<Record<keyof Ha1, unknown>>
  if (typeof realm !== 'string' || !isDigestAlgorithm(algorithm) || typeof hash !== 'string') return undefined
  const whole = hash.length === HASHES.get(algorithm)?.digits && /^[0-9a-fA-F]+$/.test(hash)
  return whole ? { realm, algorithm, hash } : undefined
}

function isDigestAlgorithm(value: unknown): value is DigestAlgorithm {
  return typeof value === 'string' && HASHES.has(value)
}

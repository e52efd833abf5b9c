import { type PublicKey, type PublicKeyCredential, publickey } from '@gatewright/portal'
import { certifiedAlgorithm, KEY_ALGORITHMS, verifySignature, WireWriter } from '@gatewright/ssh-keys'
import { type LoginRequest, readBoolean } from './login-request.ts'

/** The fields of a publickey request: RFC 4252 section 7. */
export interface KeyRequest {
  /** The name of a way to sign: it says more than the kind of the key, for RSA. */
  readonly algorithm: string
  readonly blob: Buffer
  /** Absent when the client only asks whether the key would do. */
  readonly signature?: Buffer
  /** What such a signature must be over, without the session identifier: the request up to where the signature begins. */
  readonly request: Buffer
}

/** @throws {SshKeyError} `MALFORMED` */
export function readKeyRequest({ fields, payload }: LoginRequest): KeyRequest {
  const signed = readBoolean(fields)
  const algorithm = fields.text()
  const blob = fields.string()
  const request = payload.subarray(0, fields.position)
  if (!signed) {
    fields.end()
    return { algorithm, blob, request }
  }
  const signature = fields.string()
  fields.end()
  return { algorithm, blob, signature, request }
}

/**
 * The credential of a key that is proven: the only place where one is made, and it is made of what the signature was verified
 * with, never of what was only offered. `undefined` unless the signature verifies over this session, this user and this key.
 */
export function provenKey(user: string, asked: KeyRequest, sessionId: Buffer): PublicKeyCredential | undefined {
  const { algorithm, blob, signature, request } = asked
  if (signature === undefined || keyOffered(asked) === undefined) return undefined
  const signed = new WireWriter().string(sessionId).bytes(request).done()
  const proven = verifySignature({ algorithm, blob, signature, signed })
  return proven && publickey(user, proven.key, proven.presence)
}

const RSA_NAMES: ReadonlyMap<string, string> = new Map([
  ['rsa-sha2-256', 'ssh-rsa'],
  ['rsa-sha2-512', 'ssh-rsa'],
  ['rsa-sha2-256-cert-v01@openssh.com', 'ssh-rsa-cert-v01@openssh.com'],
  ['rsa-sha2-512-cert-v01@openssh.com', 'ssh-rsa-cert-v01@openssh.com'],
])

/**
 * The key that is offered, if it could be proven in the way that is offered: `ssh-rsa` as a way to sign is SHA-1, and the name
 * in front of the key is the kind that the algorithm belongs to (RFC 8332 section 3).
 */
export function keyOffered({ algorithm, blob }: KeyRequest): PublicKey | undefined {
  const known = (KEY_ALGORITHMS as readonly string[]).includes(algorithm) || certifiedAlgorithm(algorithm) !== undefined
  const kind = RSA_NAMES.get(algorithm) ?? (known && !algorithm.startsWith('ssh-rsa') ? algorithm : undefined)
  return kind !== undefined && beginsWith(blob, kind) ? { algorithm: kind, blob } : undefined
}

function beginsWith(blob: Buffer, kind: string): boolean {
  const name = new WireWriter().string(kind).done()
  return blob.subarray(0, name.length).equals(name)
}

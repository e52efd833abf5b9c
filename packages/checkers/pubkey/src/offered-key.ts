import type { PublicKey } from '@gatewright/portal'
import {
  type Certificate,
  fingerprint,
  inspectPublicKey,
  isCertificate,
  isSecurityKey,
  parseCertificate,
  SshKeyError,
} from '@gatewright/ssh-keys'

/** A key that a client has, understood. */
export interface OfferedKey {
  readonly algorithm: string
  /** The plain key on the wire; of a certificate, the one in it. */
  readonly blob: Uint8Array
  /** Of the plain key. */
  readonly fingerprint: string
  readonly isSecurityKey: boolean
  readonly certificate?: Certificate
}

/** @returns `undefined` for what is no key, is too weak, or is another kind of key than it is said to be */
export function readOffer({ algorithm, blob }: PublicKey): OfferedKey | undefined {
  try {
    const certificate = isCertificate(algorithm) ? parseCertificate(blob) : undefined
    const key = certificate?.key ?? inspectPublicKey(blob)
    if ((certificate ?? key).algorithm !== algorithm) return undefined
    return {
      algorithm,
      blob: key.blob,
      fingerprint: fingerprint(key.blob),
      isSecurityKey: isSecurityKey(key.algorithm),
      ...(certificate ? { certificate } : {}),
    }
  } catch (error) {
    if (error instanceof SshKeyError) return undefined
    throw error
  }
}

/** The kinds of key that may log in. What is not here is not known: no DSA, nothing of fewer than 112 bits of strength. */
export const KEY_ALGORITHMS = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-rsa',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
] as const

/** What stands in front of a key on the wire. For RSA it is `ssh-rsa`, whatever its signatures are made with. */
export type KeyAlgorithm = (typeof KEY_ALGORITHMS)[number]

/** OpenSSH names certificates after the key in them: PROTOCOL.certkeys. */
const CERTIFICATES: ReadonlyMap<string, KeyAlgorithm> = new Map(
  KEY_ALGORITHMS.map((algorithm) => {
    const [name] = algorithm.split('@')
    return [`${name}-cert-v01@openssh.com`, algorithm]
  }),
)

export function isKeyAlgorithm(name: string): name is KeyAlgorithm {
  return (KEY_ALGORITHMS as readonly string[]).includes(name)
}

/** The kind of key in a certificate of this name, or `undefined` when it is no certificate's name. */
export function certifiedAlgorithm(name: string): KeyAlgorithm | undefined {
  return CERTIFICATES.get(name)
}

/** Whether an algorithm's name is that of a certificate. */
export function isCertificate(name: string): boolean {
  return CERTIFICATES.has(name)
}

/** Whether the private half lives in a security key, which tells whether it was touched: PROTOCOL.u2f. */
export function isSecurityKey(algorithm: KeyAlgorithm): boolean {
  return algorithm.startsWith('sk-')
}

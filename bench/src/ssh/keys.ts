import ssh2 from 'ssh2'

/** An Ed25519 key. */
export interface BenchKey {
  /** As `ssh-keygen` writes it. */
  readonly privateText: string
  /** One line of authorized_keys. */
  readonly publicText: string
  /** The public half on the wire, in base64. */
  readonly blob: string
}

/** A key for this run alone. */
export function makeKey(): BenchKey {
  const { private: privateText, public: publicText } = ssh2.utils.generateKeyPairSync('ed25519')
  return { privateText, publicText, blob: publicText.split(' ')[1] ?? '' }
}

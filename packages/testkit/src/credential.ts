import {
  type Credential,
  digest,
  type PasswordCredential,
  type PublicKeyCredential,
  password,
  publickey,
  totp,
} from '@gatewright/portal'

/**
 * A new credential that says the same, made as the portal makes it: name prepared, secret hidden. Every question gets its
 * own, so that a checker which scribbles on one is caught by the law about that and spoils no other.
 */
export function copyOf(credential: Credential): Credential {
  switch (credential.kind) {
    case 'password':
      return password(credential.username, credential.password)
    case 'totp':
      return totp(credential.passcode, credential.username)
    case 'digest': {
      const { username, realm, algorithm } = credential
      return digest({ username, realm, algorithm, verify: (ha1) => credential.verify(ha1) })
    }
    case 'publickey':
      return publickey(
        credential.username,
        { ...credential.key, blob: Uint8Array.from(credential.key.blob) },
        credential.presence,
      )
    case 'anonymous':
      return credential
    default:
      return credential
  }
}

/** The same proof under another name, or `undefined` for a kind that carries none. */
export function renamed(credential: Credential, username: string): Credential | undefined {
  switch (credential.kind) {
    case 'password':
      return password(username, credential.password)
    case 'totp':
      return credential.username === undefined ? undefined : totp(credential.passcode, username)
    case 'digest': {
      const { realm, algorithm } = credential
      return digest({ username, realm, algorithm, verify: (ha1) => credential.verify(ha1) })
    }
    case 'publickey':
      return publickey(username, credential.key, credential.presence)
    case 'anonymous':
      return undefined
    default:
      return undefined
  }
}

export function isPassword(credential: Credential): credential is PasswordCredential {
  return credential.kind === 'password'
}

export function isPublicKey(credential: Credential): credential is PublicKeyCredential {
  return credential.kind === 'publickey'
}

/** Whether a credential proves the same thing however often it is shown. One-time codes do not, nor may kinds not known here. */
export function isReusable({ kind }: Credential): boolean {
  return kind === 'password' || kind === 'publickey' || kind === 'digest'
}

/** The name in a credential, if it carries one. */
export function nameIn(credential: Credential): string | undefined {
  const { username } = credential as { readonly username?: unknown }
  return typeof username === 'string' ? username : undefined
}

/** How messages call a credential: by kind and name, never by what it holds. */
export function label(credential: Credential): string {
  const name = nameIn(credential)
  return `the ${credential.kind} credential${name === undefined ? '' : ` of ${JSON.stringify(name)}`}`
}

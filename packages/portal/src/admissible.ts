import type { Credential, KeyPresence, PublicKeyOffer } from './credential-kinds.ts'
import { anonymous, digest, isOurs, isSecret, password, publickey, soundness, totp } from './credentials.ts'
import { prepareUsername } from './username.ts'

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
      const sound = soundness(credential)
      if (sound === undefined) return admissible(password(credential.username, credential.password))
      return sound ? credential : undefined
    }
    case 'totp': {
      const made = isOurs(credential) ? credential : totp(credential.passcode, credential.username)
      return (made.username === undefined || isName(made.username)) && isSecret(made.passcode) ? made : undefined
    }
    case 'digest': {
      const { username, realm, algorithm } = credential
      if (typeof credential.verify !== 'function' || !isText(realm) || !isText(algorithm)) return undefined
      const made = isOurs(credential)
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
      return anonymous()
    default: {
      const { username } = credential as { username?: unknown }
      return username === undefined || isName(username) ? credential : undefined
    }
  }
}

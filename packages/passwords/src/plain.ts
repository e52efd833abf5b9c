import { hash as digest } from 'node:crypto'
import { fromBase64, toBase64 } from './base64.ts'
import { PasswordsError } from './errors.ts'
import { type Format, malformed } from './format.ts'
import { passwordBytes } from './password-bytes.ts'

/**
 * No crypt(3) or PHC format has this name, and what follows it is base64, so no list of passwords or of hashes holds such
 * a string by accident, and any password survives in it: colons, line ends, spaces, NULs.
 */
const MARK = '$gatewright-plain$'

/**
 * The stored string for a password that must stay readable, because Digest or another scheme computes with it.
 * The only way to store plain text: a stored string without this mark is never compared as text. It is as secret as the
 * password itself.
 *
 * @throws {PasswordsError} `BAD_PASSWORD`
 */
export function plain(password: string): string {
  return MARK + toBase64(requirePassword(password))
}

/** The bytes of a password that is to be stored. */
export function requirePassword(password: string): Buffer {
  const bytes = passwordBytes(password)
  if (bytes) return bytes
  throw new PasswordsError('BAD_PASSWORD', 'a password is well-formed text of 1 to 1,024 bytes')
}

/** The password in a string made by {@link plain}; `undefined` for strings of every other format. */
export function plainPassword(stored: string): Buffer | undefined {
  return stored.startsWith(MARK) ? decode(stored) : undefined
}

function decode(stored: string): Buffer {
  const bytes = fromBase64(stored.slice(MARK.length))
  const sound = bytes && passwordBytes(bytes.toString())
  // Bytes that are no UTF-8 do not survive the way there and back.
  if (!sound || !bytes.equals(sound)) throw malformed(MARK)
  return bytes
}

/** Compared by digest, so that even the length takes no time to compare. */
const summary = (password: Buffer) => digest('sha256', password, 'buffer')

/** Strings made by {@link plain}. Never stale: somebody asked for it, and hashing it would end what it is there for. */
export const plainText: Format = {
  claims: (stored) => stored.startsWith(MARK),
  parse: (stored) => ({
    memoryBytes: 0,
    weak: false,
    expected: summary(decode(stored)),
    derive: (password) => Promise.resolve(summary(password)),
  }),
}

/** As in sshd (`MAX_PASSWORD_LEN`); longer ones cost time and prove nothing. */
const MAX_PASSWORD_BYTES = 1024

/**
 * A password as the bytes that are hashed: the UTF-8 of exactly what was given, nothing trimmed, folded or normalised.
 *
 * @returns `undefined` for what no password can be: empty, over 1,024 bytes, or with lone surrogates, which all have the same UTF-8
 */
export function passwordBytes(password: unknown): Buffer | undefined {
  if (typeof password !== 'string' || password === '' || password.length > MAX_PASSWORD_BYTES) return undefined
  if (!password.isWellFormed()) return undefined
  const bytes = Buffer.from(password)
  return bytes.length <= MAX_PASSWORD_BYTES ? bytes : undefined
}

import type { CredentialKind } from '@gatewright/portal'

/** Methods of RFC 4252 and RFC 4256 that a credential can come by. */
export type Method = 'publickey' | 'password' | 'keyboard-interactive'

/** What a keyboard-interactive dialogue asks for. */
export type Question = 'password' | 'totp'

/**
 * The methods that bring a login further. A one-time code is asked for once something has been proven: before that it would
 * be a question to everybody about anybody, and it never lets anybody in alone.
 */
export function methodsFor(kinds: readonly CredentialKind[], begun: boolean): readonly Method[] {
  const methods: Method[] = []
  if (kinds.includes('publickey')) methods.push('publickey')
  if (kinds.includes('password')) methods.push('password')
  if (questionFor(kinds, begun) !== undefined) methods.push('keyboard-interactive')
  return methods
}

/** Where both are wanted, the code: for the password there is another method. */
export function questionFor(kinds: readonly CredentialKind[], begun: boolean): Question | undefined {
  if (begun && kinds.includes('totp')) return 'totp'
  return kinds.includes('password') ? 'password' : undefined
}

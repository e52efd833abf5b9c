import { prepareUsername } from '@gatewright/portal'
import { PasswordsError } from './errors.ts'
import { type DigestAlgorithm, type Ha1, ha1 } from './ha1.ts'
import { type HashOptions, hash } from './hash.ts'
import type { HashingContext } from './hashing-budget.ts'

/** Everything that is stored of one password. */
export interface Verifiers {
  /** For `StoredUser.password`. */
  readonly password: string
  /** For `StoredUser.ha1`. */
  readonly ha1: readonly Ha1[]
}

export interface VerifiersOptions {
  /** The realms and algorithms that HTTP Digest is asked with. @default none */
  readonly ha1?: readonly { readonly realm: string; readonly algorithm?: DigestAlgorithm }[]
  /** @default what `hash()` does */
  readonly hash?: HashOptions
}

/**
 * Makes all that a deployment stores of a password, to be written together: who could log in by the new password here and by
 * the old one there would have two. Nothing of it is the password.
 *
 * @throws {PasswordsError} `BAD_NAME` for a name that nobody can have, and what `hash()` throws
 */
export async function verifiers(
  username: string,
  password: string,
  { ha1: wanted = [], hash: how = {} }: VerifiersOptions = {},
  context?: HashingContext,
): Promise<Verifiers> {
  const name = prepareUsername(username)
  if (name === undefined) {
    throw new PasswordsError('BAD_NAME', 'nobody can log in by this name', {
      hint: 'Names are 1 to 255 bytes of text without control characters.',
    })
  }
  return {
    password: await hash(password, how, context),
    ha1: wanted.map(({ realm, algorithm }) => ha1(name, realm, password, algorithm)),
  }
}

import { type DigestAlgorithm, type Ha1, ha1 } from '@gatewright/passwords'

/** What is stored for HTTP Digest, and so what the web door can offer: browsers and curl know no SHA-512-256, and MD5 is broken. */
export const DIGEST_ALGORITHMS: readonly DigestAlgorithm[] = ['SHA-256']

/**
 * What a password is known by over HTTP Digest, to be stored beside its hash.
 * @throws {PasswordsError} `BAD_PASSWORD`
 */
export function digestsOf(name: string, password: string, realm: string): readonly Ha1[] {
  return DIGEST_ALGORITHMS.map((algorithm) => ha1(name, realm, password, algorithm))
}

/**
 * Checks SSH keys and OpenSSH certificates against authorized_keys, with everything that sshd(8) lets stand there.
 *
 * ```ts
 * import { createPortal } from '@gatewright/portal'
 * import { authorizedKeysFile, pubkeyChecker } from '@gatewright/checker-pubkey'
 *
 * const portal = createPortal({
 *   realm: { greeter: (id) => ({ greet: () => `Hello, ${id}!` }) },
 *   checkers: [pubkeyChecker({ keys: authorizedKeysFile('%h/.ssh/authorized_keys') })],
 * })
 * ```
 *
 * @module
 */
export type { Account } from './accounts.ts'
export { type AuthorizedKey, parseAuthorizedKey } from './authorized-key.ts'
export { type AuthorizedKeysFileOptions, authorizedKeysFile } from './authorized-keys-file.ts'
export {
  type CertificateAuthorities,
  certificateAuthorities,
  certificateAuthoritiesFile,
} from './certificate-authorities.ts'
export { PubkeyError, type PubkeyErrorCode } from './errors.ts'
export { authorizedKeys, authorizedKeysFrom, type Finding, type KeyLines, type KeySource } from './key-source.ts'
export { type KeyProblem, LineProblem } from './line-problem.ts'
export { type PubkeyCheckerOptions, pubkeyChecker } from './pubkey-checker.ts'
export { type RevokedKeys, revokedKeys, revokedKeysFile, type Suspect } from './revoked-keys.ts'

/**
 * Public keys, OpenSSH certificates and signatures as they stand on the wire, and what a key may be used for: what the
 * checker of keys and the SSH door share.
 *
 * ```ts
 * import { fingerprint, parseKeyText } from '@gatewright/ssh-keys'
 *
 * const { key, comment } = parseKeyText('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIM3jFT7ylBBMbs3snPuqQ/VjD0iMlOBxqJFD0YFAUGPu ada')
 * console.log(key.algorithm, fingerprint(key.blob), comment)
 * ```
 *
 * @module
 */
export { type Certificate, parseCertificate } from './certificate.ts'
export { SshKeyError, type SshKeyErrorCode } from './errors.ts'
export { fingerprint } from './fingerprint.ts'
export { certifiedAlgorithm, isCertificate, isSecurityKey, KEY_ALGORITHMS, type KeyAlgorithm } from './key-algorithm.ts'
export { combineRestrictions, type KeyRestrictions, restrictionsOf, UNRESTRICTED } from './key-restrictions.ts'
export { formatKeyText, type KeyText, parseKeyText } from './key-text.ts'
export { inspectPublicKey, type ParsedKey, parsePublicKey } from './public-key.ts'
export { isCertified, type Proven, type SignatureClaim, verifySignature } from './verify-signature.ts'
export { WireReader } from './wire-reader.ts'
export { WireWriter } from './wire-writer.ts'

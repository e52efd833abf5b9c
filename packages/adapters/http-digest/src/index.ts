/**
 * Logs HTTP clients in by Digest (RFC 7616).
 *
 * ```ts
 * import { httpDigest } from '@gatewright/adapter-http-digest'
 * import { memoryChecker } from '@gatewright/checker-memory'
 * import { createPortal } from '@gatewright/portal'
 * import express from 'express'
 *
 * const portal = createPortal({
 *   realm: { member: (id) => ({ greet: () => `Hello, ${id}!` }) },
 *   checkers: [memoryChecker({ ada: 'sesame' }, { digest: true })],
 * })
 * const login = httpDigest({ portal, avatar: 'member', realm: 'club' })
 *
 * express()
 *   .get('/private', login, (req, res) => void res.send(login.avatarOf(req).greet()))
 *   .listen(8080, '127.0.0.1')
 * ```
 *
 * @module
 */
export {
  type HttpLogin,
  HttpLoginError,
  type HttpLoginErrorCode,
  type HttpScheme,
  nodeRequest,
  sendDenial,
} from '@gatewright/http-login'
export type { DigestAlgorithmName } from './algorithms.ts'
export { digestScheme } from './digest-scheme.ts'
export { type HttpDigestOptions, httpDigest } from './http-digest.ts'
export type { DigestSchemeOptions, Qop } from './options.ts'
export { type UserhashIndex, type UserhashIndexOptions, userhashIndex } from './userhash.ts'

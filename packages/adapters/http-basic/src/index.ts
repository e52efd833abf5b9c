/**
 * Logs HTTP clients in by Basic (RFC 7617).
 *
 * ```ts
 * import { createServer } from 'node:http'
 * import { httpBasic } from '@gatewright/adapter-http-basic'
 * import { memoryChecker } from '@gatewright/checker-memory'
 * import { createPortal } from '@gatewright/portal'
 *
 * const portal = createPortal({
 *   realm: { member: (id) => ({ greet: () => `Hello, ${id}!` }) },
 *   checkers: [memoryChecker({ ada: 'sesame' })],
 * })
 * const login = httpBasic({ portal, avatar: 'member', realm: 'club' })
 *
 * createServer((req, res) => login(req, res, () => res.end(login.avatarOf(req).greet()))).listen(8080, '127.0.0.1')
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
export { type BasicSchemeOptions, basicScheme } from './basic-scheme.ts'
export { type HttpBasicOptions, httpBasic } from './http-basic.ts'

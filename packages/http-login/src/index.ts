/**
 * What HTTP logins have in common: the request, the answer, the avatar, and the end of it. The schemes are in
 * `@gatewright/adapter-http-digest` and `@gatewright/adapter-http-basic`.
 *
 * ```ts
 * import { createServer } from 'node:http'
 * import { basicScheme } from '@gatewright/adapter-http-basic'
 * import { digestScheme } from '@gatewright/adapter-http-digest'
 * import { httpLogin } from '@gatewright/http-login'
 *
 * const login = httpLogin({
 *   portal,
 *   avatar: 'member',
 *   schemes: [digestScheme({ realm: 'club' }), basicScheme({ realm: 'club' })],
 * })
 *
 * createServer((req, res) => login(req, res, () => res.end(login.avatarOf(req).greet()))).listen(8080)
 * ```
 *
 * @module
 */
export type { AttackDetails, AttackEvent, AttackKind, AttackObserver } from './attack.ts'
export { sendDenial } from './deny.ts'
export { HttpLoginError, type HttpLoginErrorCode } from './errors.ts'
export type { Admitted, Denial, DenialCode, GrantedAs, Header, HttpAnswer } from './http-answer.ts'
export { type HttpLogin, httpLogin } from './http-login.ts'
export type { HttpScheme, Presentation, Reading, Unreadable } from './http-scheme.ts'
export { type NodeMessage, type NodeResponse, nodeRequest } from './node-request.ts'
export {
  type AdapterOptions,
  type DoorOptions,
  type HttpLoginOptions,
  insistOnKnown,
  type Permit,
  type ResourceOptions,
  splitOptions,
} from './options.ts'
export { isQuotable, quote } from './quote.ts'
export type { Origin, Peer, RequestView } from './request-view.ts'
export type { TrustProxy } from './trust-proxy.ts'

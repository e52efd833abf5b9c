import type { TlsOptions } from 'node:tls'
import type { Peer } from '@gatewright/listener'
import type { Portal } from '@gatewright/portal'
import { TcpError } from './errors.ts'
import type { TcpLimits } from './limits.ts'
import type { LoginFormat } from './login-format.ts'
import type { TcpMessages } from './messages.ts'

/** What a TCP server is made of. */
export interface TcpServerOptions<Avatars extends object, A extends keyof Avatars> {
  readonly portal: Portal<Avatars>
  /** What the realm is asked for: one of its avatars, or several, of which the identity gets the first that it has. */
  readonly avatar: A | readonly A[]
  readonly login: LoginFormat
  /** As for `node:tls`; the server then speaks TLS from the first byte. @default no TLS */
  readonly tls?: TlsOptions
  readonly limits?: Partial<TcpLimits>
  readonly messages?: Partial<TcpMessages>
  /** Takes passwords over unencrypted connections from other machines, where everybody on the way can read them. @default false */
  readonly allowPlaintext?: boolean
  /**
   * Told what broke on our side: a handler that threw, an avatar that could not be logged out, a portal that is unavailable, a listener in
   * trouble. What clients do wrong is none of that. @default a process warning
   */
  readonly onError?: (error: unknown, peer?: Peer) => void
}

const OPTIONS: Record<keyof TcpServerOptions<{ avatar: unknown }, 'avatar'>, true> = {
  portal: true,
  avatar: true,
  login: true,
  tls: true,
  limits: true,
  messages: true,
  allowPlaintext: true,
  onError: true,
}

/**
 * What can be seen to be wrong without a client.
 * @throws {TcpError} `BAD_CONFIGURATION`
 */
export function checkOptions<Avatars extends object, A extends keyof Avatars>(
  options: TcpServerOptions<Avatars, A>,
  handler: unknown,
): void {
  const unknown = Object.keys(options).filter((name) => !Object.hasOwn(OPTIONS, name))
  if (unknown.length > 0) {
    throw bad(`createTcpServer has no option '${unknown.join("', '")}'`, `It has ${Object.keys(OPTIONS).join(', ')}.`)
  }
  const { portal, avatar, login, onError } = options
  if (typeof portal?.login !== 'function') throw bad('portal is what createPortal returns')
  if (avatar === undefined || (Array.isArray(avatar) && avatar.length === 0)) throw bad('no avatar is asked for')
  if (typeof login?.converse !== 'function')
    throw bad('login is a login format', 'Such as lineLogin() or promptLogin().')
  if (!portal.accepts.includes(login.presents)) {
    throw bad(
      `clients present '${String(login.presents)}' credentials, and no checker of the portal accepts them`,
      `The portal accepts ${portal.accepts.join(', ')}.`,
    )
  }
  if (typeof handler !== 'function') throw bad('the handler is a function of one session')
  if (onError !== undefined && typeof onError !== 'function') throw bad('onError is a function of an error')
}

const bad = (problem: string, hint?: string) =>
  new TcpError('BAD_CONFIGURATION', problem, hint === undefined ? {} : { hint })

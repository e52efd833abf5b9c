import type { Peer } from '@gatewright/listener'
import type { Portal } from '@gatewright/portal'
import type { Connection } from './connection.ts'
import type { Door } from './door.ts'
import type { TcpLimits } from './limits.ts'
import type { LoginFormat } from './login-format.ts'
import type { TcpMessages } from './messages.ts'
import type { TcpHandler } from './session.ts'

/** What all connections of one server share. */
export interface House<Avatars extends object, A extends keyof Avatars> {
  readonly portal: Portal<Avatars>
  readonly avatar: A | readonly A[]
  readonly login: LoginFormat
  readonly limits: TcpLimits
  readonly messages: TcpMessages
  readonly allowPlaintext: boolean
  readonly handler: TcpHandler<Avatars, A>
  readonly door: Door
  readonly report: (error: unknown, peer: Peer) => void
  /** The connection is closed and its avatar logged out. */
  left(connection: Connection<Avatars, A>): void
}

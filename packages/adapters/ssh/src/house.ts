import type { Socket } from 'node:net'
import type { Peer } from '@gatewright/listener'
import type { AttemptOptions, Credential, CredentialKind, Login, PublicKeyOffer } from '@gatewright/portal'
import type { SshAvatar } from './avatar.ts'
import type { Connection } from './connection.ts'
import type { SshLimits } from './limits.ts'
import type { Startups } from './startups.ts'

/** Avatars by the names that the realm has for them. */
export type SshAvatars = Record<PropertyKey, SshAvatar>

/** What all connections of one server share. */
export interface House {
  readonly accepts: readonly CredentialKind[]
  login(credential: Credential, attempt: AttemptOptions): Promise<Login<SshAvatars>>
  recognizes(offer: PublicKeyOffer, attempt: AttemptOptions): Promise<boolean>
  readonly limits: SshLimits
  readonly allowEnv: readonly string[]
  readonly allowKeyEnv: readonly string[]
  readonly startups: Startups
  readonly report: (error: unknown, peer: Peer) => void
  /** Hands a socket whose client has said its version to ssh2, which calls the connection's `adopt` with what it makes of it. */
  readonly attach: (socket: Socket, connection: Connection) => void
  /** The connection is closed and its avatar logged out. */
  readonly left: (connection: Connection) => void
}

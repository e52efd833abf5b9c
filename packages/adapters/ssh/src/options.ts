import type { Portal } from '@gatewright/portal'
import type { Peer, SshAvatar } from './avatar.ts'
import type { SshLimits } from './limits.ts'

/** What an SSH server is made of. */
export interface SshServerOptions<Avatars extends Record<A, SshAvatar>, A extends PropertyKey> {
  /** Which methods are offered follows from its checkers: `password`, `publickey`, and `keyboard-interactive` for passwords and one-time codes. */
  readonly portal: Portal<Avatars>
  /** What the realm is asked for: one of its avatars, or several, of which the identity gets the first that it has. */
  readonly avatar: A | readonly A[]
  /** Private keys of this server, in the form of `ssh-keygen` or in PEM, without a passphrase; one for each kind of key. */
  readonly hostKeys: readonly (string | Uint8Array)[]
  /** Shown to everybody before the login; most clients print it. @default none */
  readonly banner?: string
  /** Names of the variables that a client may set; `*` at the end of one stands for anything. @default ['LANG', 'LC_*'] */
  readonly allowEnv?: readonly string[]
  readonly limits?: Partial<SshLimits>
  /** A number from 0 to 1, which decides whom a crowded server turns away. @default Math.random */
  readonly random?: () => number
  /**
   * Told what broke on our side: a session that threw, an avatar that could not be logged out, a portal that is unavailable, a listener in
   * trouble. What clients do wrong is none of that. @default a process warning
   */
  readonly onError?: (error: unknown, peer?: Peer) => void
}

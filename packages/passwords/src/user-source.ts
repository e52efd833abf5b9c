import type { Attempt } from '@gatewright/portal'
import type { Ha1 } from './ha1.ts'

/** Where stored users are. One method; `userChecker` does the rest. */
export interface UserSource {
  /** Shown in events and errors; unique among the sources of one checker. */
  readonly name: string
  /** What its users can log in with; a source without HA1s or plain text says `['password']`. @default both */
  readonly accepts?: readonly ('password' | 'digest')[]
  /** The user of that name, `undefined` if there is none. Whatever is thrown is a fault of the source, not a denial. */
  find(username: string, attempt: Attempt): StoredUser | undefined | Promise<StoredUser | undefined>
  /**
   * Replaces a stored password if it still is `previous`: compare-and-set, because its owner may be changing it just now.
   * Called after a right password whose stored string falls short of today's floor.
   * @returns whether it was replaced
   */
  replacePassword?(id: string, previous: string, next: string): Promise<boolean>
  /**
   * A stored password such as its users have, so that asking for somebody who does not exist takes as long. Asked at most
   * once a minute. Without it the last stored password that was seen serves.
   */
  sample?(): string | undefined | Promise<string | undefined>
  /** Gives back what it holds, when the portal closes. */
  close?(): Promise<void>
}

/** One user, as a source stores it. */
export interface StoredUser {
  /** The canonical avatar id: the stored spelling, not the typed one. */
  readonly id: string
  /** A string of any supported format; plain text only as `plain('...')`. Without one nobody logs in by password. */
  readonly password?: string
  /** Verifiers for HTTP Digest, one for each realm and algorithm. */
  readonly ha1?: readonly Ha1[]
  /** Why this user may not log in at the moment, whatever the password. */
  readonly blocked?: 'locked' | 'expired' | 'disabled' | 'must-change'
}

import type { AddressInfo } from 'node:net'
import type { SshAvatar } from './avatar.ts'
import type { SshServerOptions } from './options.ts'

/** An SSH door. */
export interface SshServer extends AsyncDisposable {
  /**
   * Starts accepting connections; port 0 picks a free one.
   * @param host default `127.0.0.1`
   * @returns where it listens
   * @throws {SshError} `CANNOT_LISTEN`, `CLOSED`
   */
  listen(port: number, host?: string): Promise<AddressInfo>
  /** Where it listens, if it does. */
  readonly address: AddressInfo | undefined
  /** How many clients are connected, logged in or not. */
  readonly connections: number
  /**
   * Stops accepting, turns away who is not logged in, and fires the `signal` of every session. What is left after `graceMs`
   * (default 5000) is cut off. Resolves when every connection is closed and every avatar logged out. The portal stays open.
   */
  close(options?: { readonly graceMs?: number }): Promise<void>
}

/**
 * Makes an SSH server whose clients log in before their avatar sees them.
 *
 * @throws {SshError} `BAD_CONFIGURATION`: also when no checker of the portal could let anybody in by SSH
 */
export declare function createSshServer<const A extends PropertyKey, Avatars extends Record<A, SshAvatar>>(
  options: SshServerOptions<Avatars, A>,
): SshServer

import { randomInt } from 'node:crypto'
import type { AddressInfo, Socket } from 'node:net'
import { createListener, type Peer, reporter } from '@gatewright/listener'
import { type Login, sourceOf } from '@gatewright/portal'
import ssh2 from 'ssh2'
import type { SshAvatar } from './avatar.ts'
import { Connection } from './connection.ts'
import { SshError } from './errors.ts'
import type { House, SshAvatars } from './house.ts'
import { limitsOf } from './limits.ts'
import { checkOptions, type SshServerOptions } from './options.ts'
import { Startups } from './startups.ts'
import { ALGORITHMS } from './transport/algorithms.ts'
import type { InsideClient } from './transport/inside-ssh2.ts'
import { IDENT, swallowVersion } from './transport/version-exchange.ts'

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

const CROWDED = 'Too many connections, try again later.\r\n'

/**
 * Makes an SSH server whose clients log in before their avatar sees them.
 *
 * @throws {SshError} `BAD_CONFIGURATION`: also when no checker of the portal could let anybody in by SSH
 */
export function createSshServer<const A extends PropertyKey, Avatars extends Record<A, SshAvatar>>(
  options: SshServerOptions<Avatars, A>,
): SshServer {
  checkOptions(options)
  const { portal, avatar, hostKeys, banner, random = chance, onError } = options
  const limits = limitsOf(options.limits)
  const startups = new Startups(limits, random)
  const attached = new WeakMap<Socket, Connection>()
  const report = reporter('an SSH server', 'GATEWRIGHT_SSH', onError)
  const listener = createListener<Connection>({
    admit,
    report,
    error: (code, message, details) => new SshError(code, message, details),
  })
  const transports = new ssh2.Server(
    {
      hostKeys: hostKeys.map((key) => Buffer.from(key as string)),
      algorithms: ALGORITHMS,
      ident: IDENT,
      ...(banner === undefined ? {} : { banner }),
    },
    (client) => {
      const inside = client as InsideClient
      attached.get(inside._sock)?.adopt(inside)
    },
  )

  const house: House = {
    accepts: portal.accepts,
    login: (credential, attempt) =>
      portal.login(credential, avatar as keyof Avatars, attempt) as unknown as Promise<Login<SshAvatars>>,
    recognizes: (offer, attempt) => portal.recognizes(offer, attempt),
    limits,
    allowEnv: options.allowEnv ?? ['LANG', 'LC_*'],
    allowKeyEnv: options.allowKeyEnv ?? [],
    startups,
    report,
    attach(socket, connection) {
      attached.set(socket, connection)
      swallowVersion(socket)
      transports.injectSocket(socket)
    },
    left: (connection) => listener.leave(connection),
  }

  function admit(socket: Socket, peer: Peer): void {
    if (startups.enter(sourceOf(peer.address))) listener.enter(new Connection(house, socket, peer))
    else turnAway(socket)
  }

  /** Costs as little as can be: this is what a flood meets. */
  function turnAway(socket: Socket): void {
    socket.on('error', () => undefined)
    socket.end(CROWDED, () => socket.destroy())
  }

  return listener.server
}

const chance = (): number => randomInt(2 ** 32) / 2 ** 32

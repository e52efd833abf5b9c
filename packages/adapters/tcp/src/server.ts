import type { AddressInfo, Socket } from 'node:net'
import { createListener, type Peer, reporter } from '@gatewright/listener'
import { isLoopback, sourceOf } from '@gatewright/portal'
import { Connection } from './connection.ts'
import { Door } from './door.ts'
import { TcpError } from './errors.ts'
import type { House } from './house.ts'
import { limitsOf } from './limits.ts'
import { messagesOf } from './messages.ts'
import { checkOptions, type TcpServerOptions } from './options.ts'
import type { TcpHandler } from './session.ts'
import { secureLobby } from './tls.ts'

/** A door with a handler behind it. */
export interface TcpServer extends AsyncDisposable {
  /**
   * Starts accepting connections; port 0 picks a free one.
   * @param host default `127.0.0.1`
   * @returns where it listens
   * @throws {TcpError} `CANNOT_LISTEN`, `CLOSED`
   */
  listen(port: number, host?: string): Promise<AddressInfo>
  /** Where it listens, if it does. */
  readonly address: AddressInfo | undefined
  /** How many clients are connected, logged in or not. */
  readonly connections: number
  /**
   * Stops accepting, turns away who is not logged in, and lets sessions finish what they have received: their `lines` end. What is left
   * after `graceMs` (default 5000) is cut off. Resolves when every connection is closed and every avatar logged out. The portal stays open.
   */
  close(options?: { readonly graceMs?: number }): Promise<void>
}

/**
 * Makes a TCP server whose clients log in before `handler` sees them.
 *
 * @throws {TcpError} `BAD_CONFIGURATION`
 */
export function createTcpServer<Avatars extends object, const A extends keyof Avatars>(
  options: TcpServerOptions<Avatars, A>,
  handler: TcpHandler<Avatars, A>,
): TcpServer {
  checkOptions(options, handler)
  const { portal, avatar, login, tls, allowPlaintext = false, onError } = options
  const limits = limitsOf(options.limits)
  const messages = messagesOf(options.messages)
  const door = new Door(limits)
  const lobby = tls && secureLobby<Connection<Avatars, A>>(tls)
  const report = reporter('a TCP server', 'GATEWRIGHT_TCP', onError)
  const listener = createListener<Connection<Avatars, A>>({
    admit,
    report,
    error: (code, message, details) => new TcpError(code, message, details),
    allowHalfOpen: true,
  })
  const house: House<Avatars, A> = {
    portal,
    avatar,
    login,
    limits,
    messages,
    allowPlaintext,
    handler,
    door,
    report,
    left: (connection) => listener.leave(connection),
  }

  function admit(socket: Socket, peer: Peer): void {
    if (!door.enter(sourceOf(peer.address))) {
      turnAway(socket)
      return
    }
    const connection = new Connection(house, socket, peer, lobby !== undefined || isLoopback(peer.address))
    listener.enter(connection)
    if (lobby) lobby.enter(socket, connection)
    else connection.open(socket)
  }

  /** Costs as little as can be: this is what a flood meets. */
  function turnAway(socket: Socket): void {
    socket.on('error', () => undefined)
    if (lobby) socket.destroy()
    else socket.end(messages.crowded, () => socket.destroy())
  }

  return listener.server
}

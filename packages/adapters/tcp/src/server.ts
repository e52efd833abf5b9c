import { type AddressInfo, createServer, type Socket } from 'node:net'
import { isLoopback, sourceOf } from '@gatewright/portal'
import { Connection } from './connection.ts'
import { Door } from './door.ts'
import { TcpError } from './errors.ts'
import type { House } from './house.ts'
import { limitsOf } from './limits.ts'
import { messagesOf } from './messages.ts'
import { checkOptions, type TcpServerOptions } from './options.ts'
import { Roster } from './roster.ts'
import type { Peer, TcpHandler } from './session.ts'
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
  const { portal, avatar, login, tls, allowPlaintext = false, onError = warn } = options
  const limits = limitsOf(options.limits)
  const messages = messagesOf(options.messages)
  const door = new Door(limits)
  const connections = new Roster<Connection<Avatars, A>>()
  const lobby = tls && secureLobby<Connection<Avatars, A>>(tls)
  const server = createServer({ allowHalfOpen: true, noDelay: true }, admit)
  /** Whoever waits for the server to listen. */
  let starting: ((error: Error) => void) | undefined
  let closed: Promise<void> | undefined
  let emptied: (() => void) | undefined

  // Once it listens, trouble such as too many open files passes; people already inside need notice nothing.
  server.on('error', (error) => (starting ? starting(error) : report(error)))

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
    left,
  }

  function admit(socket: Socket): void {
    const { remoteAddress: address, remotePort: port } = socket
    // Gone before it was looked at.
    if (address === undefined || port === undefined) {
      socket.destroy()
      return
    }
    if (!door.enter(sourceOf(address))) {
      turnAway(socket)
      return
    }
    const peer: Peer = { address, port }
    const connection = new Connection(house, socket, peer, lobby !== undefined || isLoopback(address))
    connections.add(connection)
    if (lobby) lobby.enter(socket, connection)
    else connection.open(socket)
  }

  /** Costs as little as can be: this is what a flood meets. */
  function turnAway(socket: Socket): void {
    socket.on('error', () => undefined)
    if (lobby) socket.destroy()
    else socket.end(messages.crowded, () => socket.destroy())
  }

  function report(error: unknown, peer?: Peer): void {
    try {
      onError(error, peer)
    } catch (failure) {
      warn(failure)
    }
  }

  function left(connection: Connection<Avatars, A>): void {
    connections.delete(connection)
    if (connections.size === 0) emptied?.()
  }

  function listen(port: number, host = '127.0.0.1'): Promise<AddressInfo> {
    return new Promise<void>((resolve, reject) => {
      if (closed) throw new TcpError('CLOSED', 'the server is closed')
      starting = reject
      server.listen(port, host, resolve)
    })
      .catch((cause: unknown) => {
        throw cannotListen(host, port, cause)
      })
      .then(() => server.address() as AddressInfo)
      .finally(() => {
        starting = undefined
      })
  }

  async function end(): Promise<void> {
    const stopped = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const connection of connections.all()) connection.close()
    if (connections.size > 0) await new Promise<void>((resolve) => (emptied = resolve))
    await stopped
  }

  function close({ graceMs = 5000 }: { readonly graceMs?: number } = {}): Promise<void> {
    closed ??= end()
    const destroy = () => {
      for (const connection of connections.all()) connection.destroy()
    }
    // Whoever asks again with less patience gets it.
    const timer = setTimeout(destroy, graceMs)
    return closed.finally(() => clearTimeout(timer))
  }

  return {
    listen,
    get address() {
      return server.listening ? (server.address() as AddressInfo) : undefined
    },
    get connections() {
      return connections.size
    },
    close,
    [Symbol.asyncDispose]: () => close(),
  }
}

const HINTS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Another program has it; stop that one, or choose another port (0 picks a free one).',
  EACCES: 'Ports below 1024 need a privilege; choose a higher one.',
  EADDRNOTAVAIL: 'The address is not one of this machine.',
  ENOTFOUND: 'The host name has no address.',
}

function cannotListen(host: string, port: number, cause: unknown): TcpError {
  if (cause instanceof TcpError) return cause
  const why = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : String(cause)
  const hint = Object.hasOwn(HINTS, why) ? HINTS[why] : undefined
  const details = hint === undefined ? { cause } : { cause, hint }
  return new TcpError('CANNOT_LISTEN', `cannot listen on ${host} port ${port} (${why})`, details)
}

function warn(error: unknown): void {
  const what = error instanceof Error ? error.message : String(error)
  const detail = error instanceof Error ? error.stack : undefined
  process.emitWarning(`a TCP server failed to serve a client: ${what}`, {
    type: 'GatewrightWarning',
    code: 'GATEWRIGHT_TCP',
    ...(detail === undefined ? {} : { detail }),
  })
}

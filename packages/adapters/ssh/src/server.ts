import { randomInt } from 'node:crypto'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type Login, sourceOf } from '@gatewright/portal'
import ssh2 from 'ssh2'
import type { Peer, SshAvatar } from './avatar.ts'
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
  const { portal, avatar, hostKeys, banner, random = chance, onError = warn } = options
  const limits = limitsOf(options.limits)
  const startups = new Startups(limits, random)
  const connections = new Set<Connection>()
  const attached = new WeakMap<Socket, Connection>()
  const server = createServer({ noDelay: true }, admit)
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
  /** Whoever waits for the server to listen. */
  let starting: ((error: Error) => void) | undefined
  let closed: Promise<void> | undefined
  let emptied: (() => void) | undefined

  // Once it listens, trouble such as too many open files passes; people already inside need notice nothing.
  server.on('error', (error) => (starting ? starting(error) : report(error)))

  const house: House = {
    accepts: portal.accepts,
    login: (credential, attempt) =>
      portal.login(credential, avatar as keyof Avatars, attempt) as unknown as Promise<Login<SshAvatars>>,
    recognizes: (offer, attempt) => portal.recognizes(offer, attempt),
    limits,
    allowEnv: options.allowEnv ?? ['LANG', 'LC_*'],
    startups,
    report,
    attach(socket, connection) {
      attached.set(socket, connection)
      swallowVersion(socket)
      transports.injectSocket(socket)
    },
    left(connection) {
      connections.delete(connection)
      if (connections.size === 0) emptied?.()
    },
  }

  function admit(socket: Socket): void {
    const { remoteAddress: address, remotePort: port } = socket
    // Gone before it was looked at.
    if (address === undefined || port === undefined) {
      socket.destroy()
      return
    }
    if (startups.enter(sourceOf(address))) connections.add(new Connection(house, socket, { address, port }))
    else turnAway(socket)
  }

  /** Costs as little as can be: this is what a flood meets. */
  function turnAway(socket: Socket): void {
    socket.on('error', () => undefined)
    socket.end(CROWDED, () => socket.destroy())
  }

  function report(error: unknown, peer?: Peer): void {
    try {
      onError(error, peer)
    } catch (failure) {
      warn(failure)
    }
  }

  function listen(port: number, host = '127.0.0.1'): Promise<AddressInfo> {
    return new Promise<void>((resolve, reject) => {
      if (closed) throw new SshError('CLOSED', 'the server is closed')
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
    for (const connection of [...connections]) connection.close()
    if (connections.size > 0) await new Promise<void>((resolve) => (emptied = resolve))
    await stopped
  }

  function close({ graceMs = 5000 }: { readonly graceMs?: number } = {}): Promise<void> {
    closed ??= end()
    const destroy = () => {
      for (const connection of [...connections]) connection.destroy()
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

const chance = (): number => randomInt(2 ** 32) / 2 ** 32

const HINTS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Another program has it; stop that one, or choose another port (0 picks a free one).',
  EACCES: 'Ports below 1024 need a privilege; choose a higher one.',
  EADDRNOTAVAIL: 'The address is not one of this machine.',
  ENOTFOUND: 'The host name has no address.',
}

function cannotListen(host: string, port: number, cause: unknown): SshError {
  if (cause instanceof SshError) return cause
  const why = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : String(cause)
  const hint = Object.hasOwn(HINTS, why) ? HINTS[why] : undefined
  const details = hint === undefined ? { cause } : { cause, hint }
  return new SshError('CANNOT_LISTEN', `cannot listen on ${host} port ${port} (${why})`, details)
}

function warn(error: unknown): void {
  const what = error instanceof Error ? error.message : String(error)
  const detail = error instanceof Error ? error.stack : undefined
  process.emitWarning(`an SSH server failed to serve a client: ${what}`, {
    type: 'GatewrightWarning',
    code: 'GATEWRIGHT_SSH',
    ...(detail === undefined ? {} : { detail }),
  })
}

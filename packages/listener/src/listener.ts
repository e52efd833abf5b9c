import { type AddressInfo, createServer, type Socket } from 'node:net'
import { cannotListen, type MakeError } from './cannot-listen.ts'
import type { Peer } from './peer.ts'
import type { Report } from './report.ts'
import { type Listed, Roster } from './roster.ts'

/** Somebody who came in. */
export interface Guest extends Listed {
  /** The server closes: whoever can finish may do so, and then goes. */
  close(): void
  /** The server has waited long enough. */
  destroy(): void
}

/** What a server tells of itself. */
export interface Server extends AsyncDisposable {
  /**
   * Starts accepting connections; port 0 picks a free one.
   * @param host default `127.0.0.1`
   * @returns where it listens
   * @throws `CANNOT_LISTEN`, `CLOSED`, as `error` makes them
   */
  listen(port: number, host?: string): Promise<AddressInfo>
  /** Where it listens, if it does. */
  readonly address: AddressInfo | undefined
  /** How many are in. */
  readonly connections: number
  /**
   * Stops accepting, and asks everybody to go. Who is left after `graceMs` (default 5000) is cut off. Resolves when all have left.
   */
  close(options?: { readonly graceMs?: number }): Promise<void>
}

export interface ListenerOptions {
  /** Meets whoever connects: it enters a guest, or turns the socket away. */
  admit(socket: Socket, peer: Peer): void
  /** Told of trouble with listening that comes after it has begun, such as too many open files. */
  readonly report: Report
  readonly error: MakeError
  /** As for `net.createServer`: the client may end its side and still be answered. @default false */
  readonly allowHalfOpen?: boolean
}

/** A socket that listens, and those who came in by it. */
export interface Listener<G extends Guest> {
  /** For whoever runs the server. */
  readonly server: Server
  enter(guest: G): void
  /** To be called once for whoever has entered: nothing of it is left. */
  leave(guest: G): void
}

/** Puts a listener together; nothing listens yet. */
export function createListener<G extends Guest>(options: ListenerOptions): Listener<G> {
  const { report, error, allowHalfOpen = false } = options
  const guests = new Roster<G>()
  const listening = createServer({ allowHalfOpen, noDelay: true }, (socket) => {
    const { remoteAddress: address, remotePort: port } = socket
    // Gone before it was looked at.
    if (address === undefined || port === undefined) socket.destroy()
    else options.admit(socket, { address, port })
  })
  /** Whoever waits for the server to listen. */
  let starting: ((error: Error) => void) | undefined
  let closed: Promise<void> | undefined
  let emptied: (() => void) | undefined

  // Once it listens, trouble such as too many open files passes; people already inside need notice nothing.
  listening.on('error', (trouble) => (starting ? starting(trouble) : report(trouble)))

  async function listen(port: number, host = '127.0.0.1'): Promise<AddressInfo> {
    if (closed) throw error('CLOSED', 'the server is closed')
    try {
      await new Promise<void>((resolve, reject) => {
        starting = reject
        listening.listen(port, host, resolve)
      })
    } catch (cause) {
      throw cannotListen(host, port, cause, error)
    } finally {
      starting = undefined
    }
    return listening.address() as AddressInfo
  }

  async function end(): Promise<void> {
    const stopped = new Promise<void>((resolve) => listening.close(() => resolve()))
    for (const guest of guests.all()) guest.close()
    if (guests.size > 0) await new Promise<void>((resolve) => (emptied = resolve))
    await stopped
  }

  function close({ graceMs = 5000 }: { readonly graceMs?: number } = {}): Promise<void> {
    closed ??= end()
    const destroy = () => {
      for (const guest of guests.all()) guest.destroy()
    }
    // Whoever asks again with less patience gets it.
    const timer = setTimeout(destroy, graceMs)
    return closed.finally(() => clearTimeout(timer))
  }

  return {
    server: {
      listen,
      get address() {
        return listening.listening ? (listening.address() as AddressInfo) : undefined
      },
      get connections() {
        return guests.size
      },
      close,
      [Symbol.asyncDispose]: () => close(),
    },
    enter: (guest) => guests.add(guest),
    leave(guest) {
      guests.delete(guest)
      if (guests.size === 0) emptied?.()
    },
  }
}

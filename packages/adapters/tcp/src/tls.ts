import type { Socket } from 'node:net'
import { createServer, type Server, type TLSSocket, type TlsOptions } from 'node:tls'
import { TcpError } from './errors.ts'

/** Where connections wait for their TLS handshake. */
export interface SecureLobby<Guest> {
  enter(raw: Socket, guest: Guest): void
}

/** Each of these can carry the server's key; one that has none could not finish a handshake. */
const KEYS = ['key', 'pfx', 'SNICallback', 'secureContext'] as const

/**
 * A TLS server that does not listen: it is handed the sockets that have passed the door.
 * @throws {TcpError} `BAD_CONFIGURATION`
 */
export function secureLobby<Guest extends { open(socket: Socket): void }>(options: TlsOptions): SecureLobby<Guest> {
  const guests = new Map<string, Guest>()
  const server = makeServer(options)
  server.on('secureConnection', (socket) => {
    const guest = guests.get(ends(socket))
    if (guest) guest.open(socket)
    else socket.destroy()
  })
  // A handshake that fails is the client's failure. Node destroys the socket; its close is what we wait for.
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  return {
    enter(raw, guest) {
      const key = ends(raw)
      guests.set(key, guest)
      raw.once('close', () => guests.delete(key))
      // Documented by node:tls as the way to give it a connection.
      server.emit('connection', raw)
    },
  }
}

function makeServer(options: TlsOptions): Server {
  if (!KEYS.some((name) => Reflect.get(options, name) !== undefined)) {
    throw new TcpError('BAD_CONFIGURATION', 'tls has no key', { hint: 'It needs key and cert, in PEM, or pfx.' })
  }
  try {
    return createServer(options)
  } catch (cause) {
    throw new TcpError('BAD_CONFIGURATION', 'node:tls does not take these options', { cause })
  }
}

/** The two ends of a connection, of which no two are alike at one time: how a TLS socket is known to be the raw one's. */
function ends({ localAddress, localPort, remoteAddress, remotePort }: Socket | TLSSocket): string {
  return `${localAddress} ${localPort} ${remoteAddress} ${remotePort}`
}

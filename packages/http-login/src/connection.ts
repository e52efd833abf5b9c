import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest, Http2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Peer } from './request-view.ts'

/** One connection, as all its requests share it: its ends are asked for once, and one signal tells all that the client has left. */
export class Connection {
  readonly peer: Peer | undefined
  readonly encrypted: boolean
  readonly signal: AbortSignal

  /** @param life what is closed when the client leaves */
  constructor(socket: Socket, life: Socket | Http2Stream) {
    const { remoteAddress: address, remotePort: port } = socket
    if (address !== undefined) this.peer = port === undefined ? { address } : { address, port }
    this.encrypted = (socket as Partial<TLSSocket>).encrypted === true
    const gone = new AbortController()
    this.signal = gone.signal
    if (life.destroyed) gone.abort()
    else life.once('close', () => gone.abort())
  }
}

const CONNECTION: unique symbol = Symbol('gatewright.connection') as never

/**
 * The connection that a request came over. Over HTTP/1 a client leaves by closing it; over HTTP/2 it may leave one stream and
 * stay in the others, so each request has its own.
 */
export function connectionOf(req: IncomingMessage): Connection {
  const socket = req.socket as Socket & { [CONNECTION]?: Connection }
  // A request of HTTP/2 is not destroyed with its stream: of one that was left before, it would hear nothing.
  if (req.httpVersionMajor >= 2) return new Connection(socket, (req as unknown as Http2ServerRequest).stream)
  socket[CONNECTION] ??= new Connection(socket, socket)
  return socket[CONNECTION]
}

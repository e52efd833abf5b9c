import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { type TlsFiles, UsageError } from '@gatewright/auth-option'

/** Where a site is to be, and how long it waits for whom. */
export interface ListenOptions {
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
  /** Speaks TLS. @default plain HTTP */
  readonly tls?: TlsFiles
  /** How long closing waits for answers that are still on their way, in milliseconds. @default 5000 */
  readonly drainMs?: number
}

/** A site that answers. */
export interface Listening {
  readonly address: string
  readonly port: number
  /** Takes no more connections, finishes the answers that were begun, and after `drainMs` ends what is left. */
  close(): Promise<void>
}

/** Nobody holds a connection by sending slowly, or by sending nothing. In milliseconds. */
const TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 5_000 }

/** In bytes: a Digest answer takes less than one kilobyte. */
const MOST_HEADER_BYTES = 16_384

const MOST_CONNECTIONS = 10_000

/**
 * Serves a site.
 * @throws {UsageError} `BAD_OPTION` when the certificate and the key are no pair; as `listen` of `node:net` does
 */
export async function listen(
  site: RequestListener,
  { host, port, tls, drainMs = 5_000 }: ListenOptions,
): Promise<Listening> {
  const sockets = new Set<Socket>()
  let unanswered = 0
  let closing = false
  const hangUp = () => {
    for (const socket of sockets) socket.destroy()
  }
  const server = serverFor(tls, (request, response) => {
    unanswered++
    response.once('close', () => {
      unanswered--
      // Browsers hold connections that they may need later, and some have not said a word yet.
      if (closing && unanswered === 0) hangUp()
    })
    if (closing) response.setHeader('Connection', 'close')
    site(request, response)
  })
  server.maxConnections = MOST_CONNECTIONS
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ host, port }, resolve)
  })
  const { address, port: picked } = server.address() as AddressInfo
  return {
    address,
    port: picked,
    close: () =>
      new Promise((resolve, reject) => {
        closing = true
        const patience = setTimeout(hangUp, drainMs)
        server.close((error) => {
          clearTimeout(patience)
          if (error) reject(error)
          else resolve()
        })
        if (unanswered === 0) hangUp()
      }),
  }
}

function serverFor(tls: TlsFiles | undefined, listener: RequestListener): Server {
  const options = { ...TIMEOUTS, maxHeaderSize: MOST_HEADER_BYTES }
  if (tls === undefined) return createServer(options, listener)
  try {
    return createSecureServer({ ...options, ...tls }, listener)
  } catch (cause) {
    throw new UsageError('BAD_OPTION', 'the certificate and its key cannot be used', {
      cause,
      hint: 'The one is a certificate (or a chain), the other its key, unencrypted; both are PEM.',
    })
  }
}

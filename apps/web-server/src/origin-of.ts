import type { Request } from 'express'

/** A name or an address, and a port: nothing that a shell, to which it may be copied, could take for something else. */
const HOST = /^(?:[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?$/i

/** Where the client thinks it is: `http://127.0.0.1:8080`. What cannot be a host is replaced by the address it came to. */
export function originOf(request: Request): string {
  const { localAddress = '', localPort } = request.socket
  const address = localAddress.includes(':') ? `[${localAddress}]` : localAddress
  const host: unknown = request.host
  return `${request.protocol}://${typeof host === 'string' && HOST.test(host) ? host : `${address}:${localPort}`}`
}

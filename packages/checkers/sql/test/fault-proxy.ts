import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** `swallow` takes what it is sent and says nothing; `garbage` answers with bytes that mean nothing; `cut` ends answers after a few bytes. */
export type Mode = 'pass' | 'refuse' | 'swallow' | 'garbage' | 'cut'

/** Stands before a server on loopback, and treats its clients badly. */
export interface FaultProxy {
  readonly port: number
  mode: Mode
  /** Ends every connection there is, without a word. */
  breakAll(): void
  close(): Promise<void>
}

export async function faultProxy(target: { readonly host: string; readonly port: number }): Promise<FaultProxy> {
  const sockets = new Set<Socket>()
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
  }
  const server = createServer((client) => {
    keep(client)
    if (proxy.mode === 'refuse') {
      client.resetAndDestroy()
      return
    }
    const upstream = connect(target)
    keep(upstream)
    client.on('data', (bytes) => {
      if (proxy.mode === 'refuse') client.resetAndDestroy()
      else if (proxy.mode === 'garbage') client.write(Buffer.alloc(64, 0x5a))
      else if (proxy.mode !== 'swallow') upstream.write(bytes)
    })
    upstream.on('data', (bytes) => {
      if (proxy.mode === 'cut') client.end(bytes.subarray(0, 3))
      else if (proxy.mode === 'pass') client.write(bytes)
    })
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const proxy: FaultProxy = {
    port: (server.address() as AddressInfo).port,
    mode: 'pass',
    breakAll(): void {
      for (const socket of sockets) socket.resetAndDestroy()
    },
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
  return proxy
}

import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { createListener, type Guest, type Peer, reporter } from '../src/index.ts'

class TestGuest implements Guest {
  place = -1
  readonly done: string[] = []
  readonly socket: Socket
  readonly peer: Peer

  constructor(socket: Socket, peer: Peer) {
    this.socket = socket
    this.peer = peer
    socket.on('error', () => undefined).resume()
  }

  close(): void {
    this.done.push('close')
  }

  destroy(): void {
    this.done.push('destroy')
    this.socket.destroy()
  }
}

function rig() {
  const guests: TestGuest[] = []
  const reported: unknown[] = []
  const met = Promise.withResolvers<TestGuest>()
  const listener = createListener<TestGuest>({
    admit(socket, peer) {
      const guest = new TestGuest(socket, peer)
      guests.push(guest)
      listener.enter(guest)
      socket.once('close', () => listener.leave(guest))
      met.resolve(guest)
    },
    report: (error) => void reported.push(error),
    error: (code, message, details) => Object.assign(new Error(message, details), { code, ...details }),
  })
  return { listener, guests, reported, met: met.promise, server: listener.server }
}

async function client(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined)
  await once(socket, 'connect')
  return socket.resume()
}

describe('listening', () => {
  it('tells where, and knows who is in', async () => {
    const { server, met } = rig()
    expect(server.address).toBeUndefined()
    const { address, port } = await server.listen(0)
    expect(server.address).toMatchObject({ address, port })
    expect(address).toBe('127.0.0.1')
    const socket = await client(port)
    const guest = await met
    expect(server.connections).toBe(1)
    expect(guest.peer).toEqual({ address: '127.0.0.1', port: socket.localPort })
    const gone = once(guest.socket, 'close')
    socket.destroy()
    await gone
    expect(server.connections).toBe(0)
    await server.close()
    expect(server.address).toBeUndefined()
  })

  it.each([
    ['EADDRINUSE', /Another program has it/],
    ['ENOTFOUND', /no address/],
  ])('says what is in the way, and what to do: %s', async (code, hint) => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as { port: number }
    const { server } = rig()
    const wrong = code === 'ENOTFOUND' ? server.listen(0, 'no.such.host.invalid') : server.listen(port)
    await expect(wrong).rejects.toMatchObject({
      code: 'CANNOT_LISTEN',
      message: expect.stringContaining(code),
      hint: expect.stringMatching(hint),
    })
    // It can still be told another place.
    await server.listen(0)
    await server.close()
    taken.close()
  })

  it('refuses a port that is none', async () => {
    const { server } = rig()
    await expect(server.listen(70_000)).rejects.toMatchObject({ code: 'CANNOT_LISTEN' })
    await server.close()
  })

  it('begins no more when it has been closed', async () => {
    const { server } = rig()
    await server.close()
    await expect(server.listen(0)).rejects.toMatchObject({ code: 'CLOSED' })
  })
})

describe('closing', () => {
  it('asks everybody to go, and waits for the last', async () => {
    const { server, met } = rig()
    const { port } = await server.listen(0)
    const socket = await client(port)
    const guest = await met
    let closed = false
    const closing = server.close({ graceMs: 60_000 }).then(() => {
      closed = true
    })
    expect(guest.done).toEqual(['close'])
    expect(closed).toBe(false)
    socket.destroy()
    await closing
    expect(guest.done).toEqual(['close'])
  })

  it('cuts off who is left when the patience is over, and whoever asks again with less gets it', async () => {
    const { server, met } = rig()
    const { port } = await server.listen(0)
    await client(port)
    const guest = await met
    const patient = server.close({ graceMs: 60_000 })
    await server.close({ graceMs: 0 })
    await patient
    expect(guest.done).toEqual(['close', 'destroy'])
  })

  it('is what the end of a using block does', async () => {
    const { server } = rig()
    {
      await using scoped = server
      await scoped.listen(0)
    }
    await expect(server.listen(0)).rejects.toMatchObject({ code: 'CLOSED' })
  })
})

describe('a reporter', () => {
  it('becomes a warning where nobody takes errors, and where whoever takes them throws', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    reporter('a test server', 'GATEWRIGHT_TEST')(new Error('broken'))
    reporter('a test server', 'GATEWRIGHT_TEST', () => {
      throw new Error('the application is broken')
    })(new Error('broken'))
    expect(warn.mock.calls.map(([message, options]) => [message, (options as { code: string }).code])).toEqual([
      ['a test server failed to serve a client: broken', 'GATEWRIGHT_TEST'],
      ['a test server failed to serve a client: the application is broken', 'GATEWRIGHT_TEST'],
    ])
    warn.mockRestore()
  })

  it('hands on the error, and whose it is', () => {
    const told: unknown[] = []
    const error = new Error('broken')
    reporter(
      'a test server',
      'GATEWRIGHT_TEST',
      (...all) => void told.push(all),
    )(error, { address: '192.0.2.1', port: 1 })
    expect(told).toEqual([[error, { address: '192.0.2.1', port: 1 }]])
  })
})

import { createPortal } from '@gatewright/portal'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createTcpServer, lineLogin, TcpError } from '../src/index.ts'
import { Client, eventually, GRANTED, passChecker, rig, UNAVAILABLE } from './rig.ts'

const portal = createPortal({ realm: { echo: (id) => ({ id }) }, checkers: [passChecker()] })
const sound = { portal, avatar: 'echo', login: lineLogin() } as const

afterEach(() => void vi.useRealTimers())

describe('what is wrong with a server is found when it is made', () => {
  const codes = createPortal({
    realm: { echo: (id) => ({ id }) },
    checkers: [{ name: 'keys', accepts: ['publickey'], check: () => undefined as never }],
  })
  it.each<[string, object, RegExp]>([
    ['an unknown option', { ...sound, limit: {} }, /no option 'limit'/],
    ['no portal', { ...sound, portal: {} }, /portal is what createPortal returns/],
    ['no avatar', { ...sound, avatar: [] }, /no avatar/],
    ['no login', { ...sound, login: {} }, /login format/],
    ['a portal that takes no passwords', { ...sound, portal: codes }, /no checker of the portal accepts/],
    ['an unknown limit', { ...sound, limits: { lineBites: 1 } }, /no limit 'lineBites'/],
    ['a limit from the prototype', { ...sound, limits: { constructor: 1 } }, /no limit 'constructor'/],
    ['a limit of nothing', { ...sound, limits: { lineBytes: 0 } }, /limits\.lineBytes/],
    ['a limit that is no number', { ...sound, limits: { loginMs: '30' } }, /limits\.loginMs/],
    ['a limit past the clock', { ...sound, limits: { loginMs: 2 ** 31 } }, /limits\.loginMs/],
    ['an unknown message', { ...sound, messages: { hello: 'x' } }, /no message 'hello'/],
    ['a message of the wrong type', { ...sound, messages: { overloaded: 'x' } }, /messages\.overloaded is a function/],
    ['TLS without a key', { ...sound, tls: {} }, /tls has no key/],
    ['TLS with a bad key', { ...sound, tls: { key: 'x', cert: 'y' } }, /node:tls/],
    ['an onError that is no function', { ...sound, onError: 'log' }, /onError/],
  ])('%s', (_what, options, words) => {
    const make = () => createTcpServer(options as typeof sound, () => undefined)
    expect(make).toThrow(words)
    expect(make).toThrow(expect.objectContaining({ name: 'TcpError', code: 'BAD_CONFIGURATION' }))
  })

  it('a handler that is none', () => {
    expect(() => createTcpServer(sound, undefined as never)).toThrow(/handler/)
  })
})

describe('listening', () => {
  it('says where, on loopback unless told otherwise', async () => {
    await using server = createTcpServer(sound, () => undefined)
    expect(server.address).toBeUndefined()
    const address = await server.listen(0)
    expect(address).toMatchObject({ address: '127.0.0.1', port: expect.any(Number) })
    expect(server.address).toEqual(address)
  })

  it('says in words why it cannot', async () => {
    await using first = createTcpServer(sound, () => undefined)
    const { port } = await first.listen(0)
    const errors: unknown[] = []
    await using second = createTcpServer({ ...sound, onError: (error) => void errors.push(error) }, () => undefined)
    await expect(second.listen(port)).rejects.toMatchObject({
      code: 'CANNOT_LISTEN',
      message: `cannot listen on 127.0.0.1 port ${port} (EADDRINUSE)`,
      hint: expect.stringContaining('0 picks a free one'),
    })
    await expect(second.listen(0, '192.0.2.1')).rejects.toMatchObject({ code: 'CANNOT_LISTEN' })
    await expect(second.listen(70_000)).rejects.toBeInstanceOf(TcpError)
    expect(await second.listen(0)).toMatchObject({ address: '127.0.0.1' })
    expect(errors).toEqual([])
  })

  it('is over after close', async () => {
    const server = createTcpServer(sound, () => undefined)
    await server.listen(0)
    await server.close()
    expect(server.address).toBeUndefined()
    await expect(server.listen(0)).rejects.toMatchObject({ code: 'CLOSED' })
  })
})

describe('closing', () => {
  it('turns away who is not in, lets sessions answer what they received, and logs everyone out', async () => {
    const held = Promise.withResolvers<void>()
    await using door = await rig({}, async ({ lines, write }) => {
      for await (const line of lines) {
        if (line === 'hold') await held.promise
        await write(`${line}\r\n`)
      }
      await write('bye\r\n')
    })
    using waiting = await Client.connect(door.port)
    using idle = await Client.connect(door.port)
    using busy = await Client.connect(door.port)
    await idle.send('idle pass\n')
    await idle.until(GRANTED)
    await busy.send('busy pass\nhold\none\n')
    await busy.until(GRANTED)
    await eventually(() => door.server.connections === 3)

    const closed = door.server.close()
    expect(await waiting.rest()).toBe(UNAVAILABLE)
    expect(await idle.rest()).toBe(`${GRANTED}bye\r\n`)
    await busy.send('too late\n')
    held.resolve()
    expect(await busy.rest()).toBe(`${GRANTED}hold\r\none\r\nbye\r\n`)
    await closed
    expect(door.guests.map(({ logouts }) => logouts)).toEqual([1, 1])
    expect(door.server.connections).toBe(0)
  })

  it('ends a login that is being decided', async () => {
    const never = passChecker()
    never.check = () => new Promise(() => {})
    await using door = await rig({ checkers: [never] })
    using client = await Client.connect(door.port)
    await client.send('user pass\n')
    await eventually(() => door.credentials.length === 1)
    const closed = door.server.close()
    expect(await client.rest()).toBe(UNAVAILABLE)
    await closed
  })

  it('cuts off what is left after its patience, and logs that out too', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    await using door = await rig({}, () => new Promise(() => {}))
    using client = await Client.connect(door.port)
    await client.send('user pass\n')
    await client.until(GRANTED)
    const closed = door.server.close({ graceMs: 10_000 })
    vi.advanceTimersByTime(9_999)
    expect(door.guests).toMatchObject([{ logouts: 0 }])
    vi.advanceTimersByTime(1)
    await closed
    expect(door.guests).toMatchObject([{ logouts: 1 }])
    expect(await client.rest()).toBe(GRANTED)
  })

  it('again, with less patience, is heard', async () => {
    await using door = await rig({}, () => new Promise(() => {}))
    using client = await Client.connect(door.port)
    await client.send('user pass\n')
    await client.until(GRANTED)
    const patient = door.server.close({ graceMs: 2 ** 30 })
    await door.server.close({ graceMs: 0 })
    await patient
  })

  it('a server that never listened is done at once', async () => {
    await createTcpServer(sound, () => undefined).close()
  })
})

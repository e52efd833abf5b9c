import { connect } from 'node:net'
import { isLoopback, sourceOf } from '@gatewright/portal'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type LoginFormat, promptLogin } from '../src/index.ts'
import { Client, eventually, GRANTED, passChecker, rig, transcript } from './rig.ts'

const TIMEOUT = 'Login timed out, goodbye.\r\n'
const CROWDED = 'Too many connections, try again later.\r\n'

afterEach(() => void vi.useRealTimers())

describe('the time to log in', () => {
  const fake = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })

  it('ends after 30 seconds for who says nothing, or half a line, or a byte now and then', async () => {
    fake()
    await using door = await rig()
    using silent = await Client.connect(door.port)
    using half = await Client.connect(door.port)
    using slow = await Client.connect(door.port)
    await half.send('user pa')
    await eventually(() => door.server.connections === 3)
    for (let second = 0; second < 29; second++) {
      await slow.send('u')
      vi.advanceTimersByTime(1000)
    }
    vi.advanceTimersByTime(999)
    expect([silent, half, slow].map(({ received }) => received)).toEqual(['', '', ''])
    vi.advanceTimersByTime(1)
    for (const client of [silent, half, slow]) expect(await client.rest()).toBe(TIMEOUT)
    expect(door.credentials).toEqual([])
  })

  it('is for all tries together', async () => {
    fake()
    await using door = await rig({ login: promptLogin() })
    using client = await Client.connect(door.port)
    await client.send('user\nnope\n')
    await client.until('incorrect\r\nlogin: ')
    vi.advanceTimersByTime(30_000)
    expect(await client.rest()).toMatch(/Login timed out, goodbye\.\r\n/)
  })

  it('ends a dialogue that waits for a line, and says so', async () => {
    fake()
    let failure: unknown
    const listening: LoginFormat = {
      presents: 'password',
      async converse(dialogue) {
        await dialogue.readLine().catch((error: unknown) => {
          failure = error
        })
      },
    }
    await using door = await rig({ login: listening })
    using client = await Client.connect(door.port)
    await eventually(() => door.server.connections === 1)
    vi.advanceTimersByTime(30_000)
    expect(await client.rest()).toBe(TIMEOUT)
    expect(failure).toMatchObject({ code: 'LOGIN_TIMEOUT' })
  })

  it('ends a login that is being decided: its signal fires, and nobody is in', async () => {
    fake()
    let signal: AbortSignal | undefined
    const never = passChecker()
    never.check = (_, attempt) => {
      signal = attempt.signal
      return new Promise(() => {})
    }
    await using door = await rig({ checkers: [never], limits: { loginMs: 5000 } })
    using client = await Client.connect(door.port)
    await client.send('user pass\n')
    await eventually(() => signal !== undefined)
    vi.advanceTimersByTime(5000)
    expect(await client.rest()).toBe(TIMEOUT)
    expect(signal?.aborted).toBe(true)
    expect(door.errors).toEqual([])
  })

  it('is over for who is in', async () => {
    fake()
    await using door = await rig()
    using client = await Client.connect(door.port)
    await client.send('user pass\n')
    await client.until(GRANTED)
    vi.advanceTimersByTime(3_600_000)
    await client.send('still here\n')
    await client.until('still here\r\n')
  })
})

describe('connections that are not logged in', () => {
  it('are twenty from one source, and others come in all the same', async () => {
    await using door = await rig()
    const crowd = await Promise.all(Array.from({ length: 20 }, () => Client.connect(door.port)))
    await eventually(() => door.server.connections === 20)
    using refused = await Client.connect(door.port)
    expect(await refused.rest()).toBe(CROWDED)
    using elsewhere = await Client.connect(door.port, { localAddress: '127.0.0.2' })
    await elsewhere.send('user pass\n')
    await elsewhere.until(GRANTED)

    crowd[0]?.socket.resetAndDestroy()
    await eventually(() => door.server.connections === 20)
    expect(await transcript(door.port, 'user pass\nhi\n')).toBe(`${GRANTED}hi\r\n`)
    for (const client of crowd) client.socket.destroy()
    await eventually(() => door.server.connections === 1)
  })

  it('do not include who is in', async () => {
    await using door = await rig({ limits: { unauthenticatedPerSource: 1 } })
    const clients: Client[] = []
    for (let n = 0; n < 5; n++) {
      const client = await Client.connect(door.port)
      await client.send('user pass\n')
      await client.until(GRANTED)
      clients.push(client)
    }
    expect(door.server.connections).toBe(5)
    for (const client of clients) client.socket.destroy()
  })

  it('are counted once each: who came in and left again makes no room for others', async () => {
    await using door = await rig({ limits: { unauthenticatedPerSource: 2 } })
    using _waiting = await Client.connect(door.port)
    await eventually(() => door.server.connections === 1)
    expect(await transcript(door.port, 'user pass\n')).toBe(GRANTED)
    await eventually(() => door.server.connections === 1)
    using _second = await Client.connect(door.port)
    await eventually(() => door.server.connections === 2)
    using third = await Client.connect(door.port)
    expect(await third.rest()).toBe(CROWDED)
  })

  it('include who was turned away and does not leave', async () => {
    await using door = await rig({ limits: { unauthenticatedPerSource: 1 } })
    using lingerer = await Client.connect(door.port)
    await lingerer.send('user nope\n')
    await lingerer.until('goodbye.\r\n')
    using next = await Client.connect(door.port)
    expect(await next.rest()).toBe(CROWDED)
  })

  it('are bounded in all', async () => {
    await using door = await rig({ limits: { unauthenticated: 2 } })
    using _one = await Client.connect(door.port, { localAddress: '127.0.0.2' })
    using _two = await Client.connect(door.port, { localAddress: '127.0.0.3' })
    await eventually(() => door.server.connections === 2)
    using three = await Client.connect(door.port, { localAddress: '127.0.0.4' })
    expect(await three.rest()).toBe(CROWDED)
  })
})

describe('output that a client does not take', () => {
  it('is given up when it makes no progress, also if the client sends a byte now and then', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const output = 'x'.repeat(16 * 1024 * 1024)
    await using door = await rig({}, ({ write }) => void write(output))
    const socket = connect({ port: door.port, host: '127.0.0.1' })
    using _client = { [Symbol.dispose]: () => void socket.destroy() }
    socket.on('error', () => undefined)
    socket.write('user pass\n')
    await eventually(() => door.guests[0]?.logouts === 1)
    for (let second = 0; second < 5; second++) {
      await new Promise<void>((resolve) => socket.write('a', () => resolve()))
      vi.advanceTimersByTime(1_000)
    }
    await eventually(() => door.server.connections === 0)
  })
})

describe('a source', () => {
  it('is an IPv4 address, or an IPv6 /64', () => {
    expect(sourceOf('192.0.2.1')).toBe('192.0.2.1')
    expect(sourceOf('::ffff:192.0.2.1')).toBe('192.0.2.1')
    const same = ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::', '2001:db8:1:2::1', '2001:DB8:1:2:ffff::1']
    expect(new Set(same.map(sourceOf))).toEqual(new Set(['2001:db8:1:2::/64']))
    expect(sourceOf('2001:db8:1:3::1')).toBe('2001:db8:1:3::/64')
    expect(sourceOf('2001:db8::1')).toBe('2001:db8:0:0::/64')
    expect(sourceOf('::1')).toBe('0:0:0:0::/64')
    expect(sourceOf('fe80::1%eth0')).toBe('fe80:0:0:0::/64')
  })

  it('is loopback when nobody can listen on the way', () => {
    const near = ['127.0.0.1', '127.255.0.9', '::1', '::ffff:127.0.0.1']
    const far = ['192.0.2.1', '128.0.0.1', '12.7.0.1', '::', '::2', '::ffff:10.0.0.1', '::127.0.0.1', '2001:db8::127']
    expect(near.filter((address) => !isLoopback(address))).toEqual([])
    expect(far.filter(isLoopback)).toEqual([])
  })

  it('that comes over IPv6 is counted and let in', async () => {
    await using door = await rig({ host: '::1' })
    using client = await Client.connect(door.port, { host: '::1' })
    await client.send('user pass\n')
    await client.until(GRANTED)
    expect(door.attempts).toMatchObject([{ secure: true, peer: { address: '::1' } }])
  })
})

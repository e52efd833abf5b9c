import { describe, expect, it } from 'vitest'
import { TcpError, type TcpSession } from '../src/index.ts'
import { Client, DENIED, eventually, GRANTED, type Guest, rig, transcript } from './rig.ts'

type Session = TcpSession<{ echo: Guest }, 'echo'>

describe('a session', () => {
  it('knows who it is, from where, and by which login', async () => {
    const seen: Session[] = []
    await using door = await rig({}, (session) => void seen.push(session))
    using client = await Client.connect(door.port)
    await client.send('user pass\n')
    await client.rest()
    expect(seen).toMatchObject([
      {
        id: 'user',
        as: 'echo',
        avatar: door.guests[0],
        login: { status: 'granted', proofs: [{ checker: 'pass' }] },
        peer: { address: '127.0.0.1' },
      },
    ])
  })

  it('ends when its handler returns: what was written is sent first, all of it', async () => {
    const much = 'x'.repeat(8 * 1024 * 1024)
    await using door = await rig({}, ({ write }) => void write(much))
    using client = await Client.connect(door.port)
    await client.send('user pass\n')
    expect((await client.rest()).length).toBe(GRANTED.length + much.length)
    await eventually(() => door.server.connections === 0)
    expect(door.guests).toMatchObject([{ logouts: 1 }])
  })

  it('ends when its handler throws: the error is reported, and never sent', async () => {
    for (const fail of [
      () => Promise.reject(new Error('secret detail')),
      () => {
        throw new Error('secret detail')
      },
    ]) {
      await using door = await rig({}, fail)
      expect(await transcript(door.port, 'user pass\n')).toBe(GRANTED)
      expect(door.errors).toMatchObject([{ message: 'secret detail' }])
      expect(door.guests).toMatchObject([{ logouts: 1 }])
    }
  })

  it.each([
    ['NOT_TEXT', Buffer.from([0xff, 10])],
    ['LINE_TOO_LONG', `${'x'.repeat(5000)}\n`],
  ])('ends with %s, after the lines before it', async (code, bad) => {
    await using door = await rig()
    using client = await Client.connect(door.port)
    await client.send('user pass\none\n')
    await client.send(bad)
    await client.send('two\n')
    expect(await client.rest()).toBe(`${GRANTED}one\r\n`)
    expect(door.errors).toMatchObject([{ code }])
    expect(door.errors[0]).toBeInstanceOf(TcpError)
  })

  it('takes characters that were cut in two, NUL, and lines of 4096 bytes', async () => {
    await using door = await rig()
    const longest = `${'€'.repeat(1365)}x`
    const whole = Buffer.from(`user pass\nfür €😀\n\0\n${longest}\n`)
    const pieces = [...whole.subarray(0, 40)].map((byte) => Buffer.of(byte))
    expect(await transcript(door.port, ...pieces, whole.subarray(40))).toBe(
      Buffer.from(`${GRANTED}für €😀\r\n\0\r\n${longest}\r\n`).toString('latin1'),
    )
  })

  it('reports an avatar that cannot be logged out, and ends all the same', async () => {
    await using door = await rig({}, ({ avatar }) => {
      avatar[Symbol.asyncDispose] = () => Promise.reject(new Error('stuck'))
    })
    expect(await transcript(door.port, 'user pass\n')).toBe(GRANTED)
    await eventually(() => door.errors.length === 1)
    expect(door.errors).toMatchObject([{ message: 'stuck' }])
  })

  it('is unharmed by an onError that throws', async () => {
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
    await using door = await rig(
      {
        messages: { granted: 'Hello.' },
        checkers: [{ name: 'down', accepts: ['password'], check: () => Promise.reject(new Error('x')) }],
      },
      () => undefined,
    )
    door.errors.push = () => {
      throw new Error('no pen')
    }
    await transcript(door.port, 'user pass\n')
    expect(await warned).toMatchObject({ code: 'GATEWRIGHT_TCP' })
    expect(await transcript(door.port, 'user pass\n')).toMatch(/unavailable/)
  })

  it('can say hello and goodbye in words of its own', async () => {
    await using door = await rig({ messages: { granted: 'Hello.', denied: 'Goodbye.' } })
    expect(await transcript(door.port, 'user pass\n')).toBe('Hello.\r\n')
    expect(await transcript(door.port, 'user nope\n')).toBe('Goodbye.\r\n')
  })
})

describe('back-pressure', () => {
  it('makes write wait for a client that does not read, and no more is read from it meanwhile', async () => {
    let session: Session | undefined
    let written = 0
    await using door = await rig({ limits: { queueBytes: 4096 } }, async (echoing) => {
      session = echoing
      for await (const line of echoing.lines) {
        await echoing.write(line.repeat(4000))
        written++
      }
    })
    using client = await Client.connect(door.port)
    client.socket.pause()
    // Answers of 4 MB each: more than all the buffers on the way hold.
    await client.send(`user pass\n${`${'x'.repeat(1000)}\n`.repeat(64)}`)
    await eventually(() => session?.socket.isPaused() === true)
    expect(written).toBeLessThan(64)
    client.end()
    client.socket.resume()
    expect((await client.rest()).length).toBe(GRANTED.length + 64 * 4_000_000)
    expect(written).toBe(64)
  })

  it('is over when the client is: a write that waits is let go', async () => {
    let letGo = false
    await using door = await rig({}, async ({ write }) => {
      await write('x'.repeat(64 * 1024 * 1024))
      letGo = true
    })
    using client = await Client.connect(door.port)
    client.socket.pause()
    await client.send('user pass\n')
    await eventually(() => door.guests.length === 1)
    client.socket.resetAndDestroy()
    await eventually(() => letGo)
    await eventually(() => door.server.connections === 0)
    expect(door.guests).toMatchObject([{ logouts: 1 }])
  })

  it('holds a flood of lines that nobody reads to the size of its queue', async () => {
    const go = Promise.withResolvers<void>()
    let session: Session | undefined
    await using door = await rig({}, async (slow) => {
      session = slow
      await go.promise
      let count = 0
      for await (const _ of slow.lines) count++
      await slow.write(`${count}\r\n`)
    })
    using client = await Client.connect(door.port)
    await client.send('user pass\n')
    await client.until(GRANTED)
    const flood = Buffer.alloc(16 * 1024 * 1024, '\n')
    client.socket.end(flood)
    await eventually(() => session?.socket.isPaused() === true)
    // The queue, the piece that overfilled it, and what Node itself keeps for a paused socket.
    expect(session?.socket.bytesRead).toBeLessThanOrEqual(4 * 65_536 + 'user pass\n'.length)
    go.resolve()
    expect(await client.rest()).toBe(`${GRANTED}${flood.length}\r\n`)
  })

  it('costs a line without an end 4096 bytes and the connection', async () => {
    await using door = await rig()
    using client = await Client.connect(door.port)
    const megabyte = Buffer.alloc(1024 * 1024, 'x')
    let sent = 0
    const more = () => {
      if (sent++ < 1024 && !client.socket.destroyed) client.socket.write(megabyte, more)
    }
    const before = process.memoryUsage().rss
    more()
    expect(await client.rest()).toBe('Line too long, goodbye.\r\n')
    await client.closed
    expect(sent).toBeLessThan(1024)
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024)
  })
})

describe('no cross-talk', () => {
  it('between 200 clients, each echoing its own name, beside others that fail, hang and hang up', async () => {
    await using door = await rig({ limits: { unauthenticatedPerSource: 1000 } })
    const good = Array.from({ length: 200 }, async (_, n) => {
      using client = await Client.connect(door.port)
      await client.send(`client-${n} pass\n`)
      await client.until(GRANTED)
      let expected = GRANTED
      for (let round = 0; round < 20; round++) {
        await client.send(`client-${n} says ${round}\n`)
        expected += `client-${n} says ${round}\r\n`
        expect(await client.until(`says ${round}\r\n`)).toBe(expected)
      }
      client.end()
      return (await client.rest()) === expected
    })
    const bad = Array.from({ length: 100 }, async (_, n) => {
      using client = await Client.connect(door.port)
      if (n % 4 === 0) await client.send(`client-${n} nope\nclient-${n} pass\n`)
      if (n % 4 === 1) await client.send(Buffer.from([0xff, 10]))
      if (n % 4 === 2) await client.send('x'.repeat(5000))
      if (n % 4 === 3) return client.socket.resetAndDestroy()
      return await client.rest()
    })
    expect((await Promise.all(good)).every(Boolean)).toBe(true)
    expect((await Promise.all(bad)).filter((said) => said === DENIED)).toHaveLength(50)
    await eventually(() => door.server.connections === 0)
    expect(door.guests).toHaveLength(200)
    expect(door.guests.every(({ logouts }) => logouts === 1)).toBe(true)
  })
})

import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Client, eventually, GRANTED, passChecker, rig } from './rig.ts'

const turns = async (count: number) => {
  for (let n = 0; n < count; n++) await new Promise((resolve) => setImmediate(resolve))
}

afterEach(() => void vi.useRealTimers())

describe('a client that hangs up', () => {
  it('at any moment, politely or not, leaves no avatar behind: each is logged out exactly once', async () => {
    const quick = passChecker()
    const slow = passChecker()
    slow.check = async (...asked) => {
      await turns(2)
      return quick.check(...asked)
    }
    await using door = await rig({ checkers: [slow], limits: { unauthenticatedPerSource: 1000 } })
    const words = 'user pass\nhello\n'
    const visit = fc.record({
      bytes: fc.nat(words.length),
      wait: fc.nat(12),
      how: fc.constantFrom('end', 'destroy', 'reset'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(visit, { minLength: 10, maxLength: 10 }), async (visits) => {
        await Promise.all(
          visits.map(async ({ bytes, wait, how }) => {
            const { socket } = await Client.connect(door.port, { allowHalfOpen: false })
            if (bytes > 0) socket.write(words.slice(0, bytes))
            await turns(wait)
            if (how === 'end') socket.end()
            else if (how === 'destroy') socket.destroy()
            else socket.resetAndDestroy()
          }),
        )
        await eventually(() => door.server.connections === 0)
        expect(door.guests.filter(({ logouts }) => logouts !== 1)).toEqual([])
      }),
      { seed: 51, numRuns: 100 },
    )
    expect(door.guests.length).toBeGreaterThan(50)
    expect(door.errors).toEqual([])
  })

  it('fires the signal of the login that is being decided', async () => {
    let signal: AbortSignal | undefined
    const never = passChecker()
    never.check = (_, attempt) => {
      signal = attempt.signal
      return new Promise(() => {})
    }
    await using door = await rig({ checkers: [never] })
    using client = await Client.connect(door.port)
    await client.send('user pass\n')
    await eventually(() => signal !== undefined)
    client.socket.resetAndDestroy()
    await eventually(() => signal?.aborted === true)
    await eventually(() => door.server.connections === 0)
    expect(door.events.at(-1)).toMatchObject({ type: 'login.finish', status: 'fault' })
    expect(door.errors).toEqual([])
  })

  it('fires the signal of its session, and ends its lines', async () => {
    let signal: AbortSignal | undefined
    let over = false
    await using door = await rig({}, async (session) => {
      signal = session.signal
      for await (const _ of session.lines);
      over = true
    })
    using client = await Client.connect(door.port)
    await client.send('user pass\n')
    await client.until(GRANTED)
    expect(signal?.aborted).toBe(false)
    client.socket.resetAndDestroy()
    await eventually(() => signal?.aborted === true)
    expect(signal?.reason).toMatchObject({ code: 'CLIENT_GONE' })
    await eventually(() => over)
  })

  it('finds a signal already fired that is looked at too late', async () => {
    const gone = Promise.withResolvers<void>()
    let aborted: boolean | undefined
    await using door = await rig({}, async (session) => {
      await gone.promise
      aborted = session.signal.aborted
    })
    using client = await Client.connect(door.port)
    await client.send('user pass\n')
    await client.until(GRANTED)
    client.socket.resetAndDestroy()
    await client.closed
    await turns(20)
    gone.resolve()
    await eventually(() => aborted !== undefined)
    expect(aborted).toBe(true)
  })

  it('is logged out even under a handler that never returns, once it had its time', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    let signal: AbortSignal | undefined
    await using door = await rig({}, (session) => {
      signal = session.signal
      return new Promise(() => {})
    })
    using client = await Client.connect(door.port)
    await client.send('user pass\n')
    await client.until(GRANTED)
    client.socket.resetAndDestroy()
    await eventually(() => signal?.aborted === true)
    vi.advanceTimersByTime(4999)
    await turns(2)
    expect(door.guests).toMatchObject([{ logouts: 0 }])
    vi.advanceTimersByTime(1)
    await eventually(() => door.guests[0]?.logouts === 1)
    await eventually(() => door.server.connections === 0)
  })

  it('leaves no timer behind', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    await using door = await rig()
    for (const words of ['', 'user pass\nhi\n', 'user nope\n']) {
      using client = await Client.connect(door.port)
      if (words !== '') await client.send(words)
      await client.until(words === '' ? '' : '\r\n')
      client.socket.resetAndDestroy()
      await eventually(() => door.server.connections === 0)
    }
    // What is left is the portal's: one for each login that has outlived its turn.
    expect(vi.getTimerCount()).toBe(0)
  })

  it('does not keep a connection open that was said goodbye to', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    await using door = await rig()
    using client = await Client.connect(door.port)
    await client.send('user nope\n')
    await client.until('goodbye.\r\n')
    await turns(5)
    expect(door.server.connections).toBe(1)
    vi.advanceTimersByTime(5000)
    await eventually(() => door.server.connections === 0)
  })
})

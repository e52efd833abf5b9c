import { connect, type Socket } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { limitsOf } from '../src/limits.ts'
import { Startups } from '../src/startups.ts'
import {
  answers,
  DISCONNECT,
  FAILURE,
  INFO_REQUEST,
  kexInit,
  keyboard,
  offer,
  PK_OK,
  password,
  plainPacket,
  RawClient,
  request,
  SUCCESS,
  signed,
} from './raw-client.ts'
import { clientKey, eventually, keys, Passwords, rig } from './rig.ts'

afterEach(() => void vi.useRealTimers())

const NUMBERS = Array.from({ length: 256 }, (_, number) => number)
/** Nothing, and something, behind the number. */
const TAILS = [Buffer.alloc(0), Buffer.from('0000000c7373682d7573657261757468', 'hex')]

/** For many connections that are closed as fast as they come. */
const ROOMY = { startupsBegin: 1000, startupsFull: 1000, unauthenticatedPerSource: 1000 }

async function plainClient(port: number): Promise<{ socket: Socket; closed: Promise<void> }> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  socket.on('error', () => undefined)
  socket.resume()
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  await new Promise((resolve) => socket.once('data', resolve))
  return { socket, closed }
}

describe('every message number', () => {
  it.each([
    ['before the key exchange', []],
    ['during the key exchange', [plainPacket(kexInit())]],
  ])('%s logs nobody in', async (_, first) => {
    await using door = await rig({ limits: ROOMY })
    for (const number of NUMBERS) {
      for (const tail of TAILS) {
        const { socket, closed } = await plainClient(door.port)
        socket.end(
          Buffer.concat([
            Buffer.from('SSH-2.0-raw\r\n'),
            ...first,
            plainPacket(Buffer.concat([Buffer.of(number), tail])),
          ]),
        )
        await closed
      }
    }
    await eventually(() => door.server.connections === 0)
    expect(door.events).toEqual([])
    expect(door.errors).toEqual([])
  })

  it('before the login logs nobody in, and from 80 on ends the connection', async () => {
    await using door = await rig({ limits: ROOMY })
    for (const number of NUMBERS) {
      using client = await RawClient.connect(door.port)
      client.send(Buffer.of(number))
      if (number >= 51) expect([number, await client.rest()]).toEqual([number, [DISCONNECT]])
    }
    expect(door.guests).toEqual([])
    expect(door.errors).toEqual([])
  })

  it('during a dialogue logs nobody in', async () => {
    await using door = await rig({ limits: ROOMY })
    for (const number of NUMBERS.filter((it) => it > 50)) {
      using client = await RawClient.connect(door.port)
      expect((await client.ask(keyboard('ada')))?.number).toBe(INFO_REQUEST)
      client.send(Buffer.of(number))
      expect([number, await client.rest()]).toEqual([number, [DISCONNECT]])
    }
    expect(door.guests).toEqual([])
    expect(door.errors).toEqual([])
  })

  it('after the login makes no second one', async () => {
    await using door = await rig()
    for (const number of NUMBERS) {
      using client = await RawClient.connect(door.port)
      expect((await client.ask(password('ada', 'sesame')))?.number).toBe(SUCCESS)
      client.send(Buffer.of(number)).send(password('ada', 'sesame'))
    }
    await eventually(() => door.server.connections === 0)
    expect(door.events.filter(({ type }) => type === 'login.finish')).toHaveLength(256)
    expect(door.guests.filter(({ logouts }) => logouts !== 1)).toEqual([])
    expect(door.errors).toEqual([])
  })
})

describe('one connection', () => {
  it('gets six passwords compared, however it sends them', async () => {
    const passwords = new Passwords()
    await using door = await rig({ checkers: [passwords] })
    for (const pipelined of [true, false]) {
      passwords.compared.length = 0
      using client = await RawClient.connect(door.port)
      for (let n = 0; n < 15; n++) {
        client.send(password('ada', `guess ${n}`))
        if (!pipelined) await client.answer()
      }
      await eventually(() => client.closed)
      expect(passwords.compared).toEqual(Array.from({ length: 6 }, (_, n) => `guess ${n}`))
    }
  })

  it.each([
    ['questions of which methods there are', () => request('ada', 'none')],
    ['dialogues that are never finished', () => keyboard('ada')],
  ])('gets 128 requests, also of %s', async (_, made) => {
    await using door = await rig()
    using client = await RawClient.connect(door.port)
    let answered = 0
    for (
      let answer = await client.ask(made());
      answer && answer.number !== DISCONNECT;
      answer = await client.ask(made())
    ) {
      answered++
    }
    // The service was the first.
    expect(answered).toBe(127)
  })

  it('may not pile up requests', async () => {
    const never = new Passwords()
    never.check = () => new Promise(() => {}) as never
    await using door = await rig({ checkers: [never] })
    using client = await RawClient.connect(door.port)
    for (let n = 0; n < 20; n++) client.send(password('ada', 'x'))
    expect(await client.rest()).toEqual([DISCONNECT])
  })

  it('says its version within 255 bytes', async () => {
    await using door = await rig()
    for (const said of [
      'x'.repeat(300),
      'GET / HTTP/1.1\r\n',
      'SSH-1.5-old\r\n',
      'SSH-2.0-\r\n',
      `SSH-2.0-${'x'.repeat(300)}`,
    ]) {
      const { socket, closed } = await plainClient(door.port)
      socket.write(said)
      await closed
    }
    await eventually(() => door.server.connections === 0)
    expect(door.errors).toEqual([])
  })

  it.each(['', 'SSH-2.0-slow', 'SSH-2.0-slow\r\n'])('that says %j and no more has 60 seconds', async (said) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    await using door = await rig()
    const { socket, closed } = await plainClient(door.port)
    socket.write(said)
    await eventually(() => socket.bytesWritten === said.length)
    for (let n = 0; n < 10; n++) await new Promise((resolve) => setImmediate(resolve))
    vi.advanceTimersByTime(59_999)
    expect(door.server.connections).toBe(1)
    vi.advanceTimersByTime(1)
    await closed
    await eventually(() => door.server.connections === 0)
  })
})

describe('an offered key is not a used key', () => {
  const mine = clientKey()
  const trio = [
    [clientKey(), { command: 'one' }],
    [clientKey(), { command: 'two' }],
    [clientKey(), { command: 'three' }],
  ] as const

  it('whatever is offered and signed in whatever order', async () => {
    await using door = await rig({ checkers: [keys(trio)], limits: { failures: 100 } })
    const step = fc.record({ does: fc.constantFrom('offer', 'sign', 'forge'), which: fc.nat(2) })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        using client = await RawClient.connect(door.port)
        const before = door.guests.length
        for (const { does, which } of steps) {
          const [key] = trio[which] as (typeof trio)[number]
          if (does === 'offer') expect((await client.ask(offer('ada', key)))?.number).toBe(PK_OK)
          else if (does === 'forge') {
            expect((await client.ask(signed('ada', mine, client.sessionId, key)))?.number).toBe(FAILURE)
          } else {
            expect((await client.ask(signed('ada', key, client.sessionId)))?.number).toBe(SUCCESS)
            expect(door.guests.slice(before)).toMatchObject([{ facts: { which } }])
            return
          }
        }
        expect(door.guests).toHaveLength(before)
      }),
      { seed: 36, numRuns: 150 },
    )
    expect(door.errors).toEqual([])
  })
})

describe('a known and an unknown user', () => {
  const ada = clientKey()
  const script = (user: string, sessionId: Buffer) => [
    request(user, 'none'),
    password(user, 'wrong'),
    keyboard(user),
    answers('wrong'),
    signed(user, clientKey(), sessionId),
    request(user, 'hostbased'),
  ]

  it('get answers of the same numbers and lengths in the same order', async () => {
    await using door = await rig({ checkers: [new Passwords({ ada: 'sesame' }), keys([[ada]])] })
    const heard: string[][] = []
    for (const user of ['ada', 'eve']) {
      using client = await RawClient.connect(door.port)
      for (const message of script(user, client.sessionId)) await client.ask(message)
      heard.push(client.answers.map(({ number, payload }) => `${number}: ${payload.toString('hex')}`))
    }
    expect(heard[0]).toEqual(heard[1])
  })
})

describe('a client that hangs up', () => {
  it('at any packet of its login leaves no avatar behind: each is logged out exactly once', async () => {
    const slow = new Passwords()
    const quick = slow.check.bind(slow)
    slow.check = (async (...asked: Parameters<typeof quick>) => {
      for (let n = 0; n < 3; n++) await new Promise((resolve) => setImmediate(resolve))
      return await quick(...asked)
    }) as never
    await using door = await rig({ checkers: [slow] })
    const messages = [request('ada', 'none'), keyboard('ada'), password('ada', 'wrong'), password('ada', 'sesame')]
    await fc.assert(
      fc.asyncProperty(fc.nat(messages.length), fc.nat(60), fc.boolean(), async (count, turns, reset) => {
        const client = await RawClient.connect(door.port)
        for (const message of messages.slice(0, count)) client.send(message)
        for (let n = 0; n < turns; n++) await new Promise((resolve) => setImmediate(resolve))
        if (reset) client.socket.resetAndDestroy()
        else client.socket.end()
        await eventually(() => door.server.connections === 0)
        expect(door.guests.filter(({ logouts }) => logouts !== 1)).toEqual([])
      }),
      { seed: 60, numRuns: 120 },
    )
    expect(door.guests.length).toBeGreaterThan(5)
    expect(door.errors).toEqual([])
  })

  it('fires the signal of the login that is being decided', async () => {
    let signal: AbortSignal | undefined
    const never = new Passwords()
    never.check = ((_: unknown, attempt: { signal: AbortSignal }) => {
      signal = attempt.signal
      return new Promise(() => {})
    }) as never
    await using door = await rig({ checkers: [never] })
    using client = await RawClient.connect(door.port)
    client.send(password('ada', 'sesame'))
    await eventually(() => signal !== undefined)
    client.socket.resetAndDestroy()
    await eventually(() => signal?.aborted === true && door.server.connections === 0)
    expect(door.errors).toEqual([])
  })
})

describe('a crowd before the door', () => {
  it('is turned away by chance as it grows, as 10:30:100 says', () => {
    const chances: number[] = []
    let chance = 0
    const startups = new Startups(limitsOf(), () => chance)
    for (let n = 0; n < 100; n++) {
      // The chance at which it begins to be turned away, in per cent.
      let turned = 0
      for (chance = 0.99; chance >= 0; chance = Math.round(chance * 100 - 1) / 100) {
        if (startups.enter(`source ${n}`)) startups.leave(`source ${n}`)
        else turned++
      }
      chances.push(turned)
      chance = 1
      expect(startups.enter(`source ${n}`)).toBe(true)
    }
    expect(chances.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 0))
    expect(chances[10]).toBe(30)
    expect(chances[55]).toBe(65)
    expect(startups.enter('one more')).toBe(false)
  })

  it('from one source is at most 20', () => {
    const startups = new Startups(limitsOf({ startupsBegin: 100 }), () => 1)
    for (let n = 0; n < 20; n++) expect(startups.enter('192.0.2.1')).toBe(true)
    expect(startups.enter('192.0.2.1')).toBe(false)
    expect(startups.enter('192.0.2.2')).toBe(true)
    startups.leave('192.0.2.1')
    expect(startups.enter('192.0.2.1')).toBe(true)
  })
})

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type AttemptOptions, accept, type Checker, createPortal, password } from '@gatewright/portal'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { codeOf, echoPortal, knows } from '../cast.ts'

/** An avatar that counts how often it was ended. */
class Guest implements AsyncDisposable {
  ended = 0
  async [Symbol.asyncDispose](): Promise<void> {
    this.ended += 1
  }
}

const turn = () => new Promise<void>((done) => setImmediate(done))

/** Waits through turns of the event loop (true) and of the engine (false), as told. */
async function wait(path: readonly boolean[]): Promise<void> {
  for (const long of path) await (long ? turn() : undefined)
}

const path = fc.array(fc.boolean(), { maxLength: 4 })
const plot = fc.record({
  check: path,
  make: path,
  hangUp: fc.option(path),
  close: fc.option(path),
  logout: fc.boolean(),
})

describe('7. logout runs exactly once, awaited, whatever happens', () => {
  it('ends every avatar once over 10,000 random interleavings of login, hang-up and close', {
    timeout: 120_000,
  }, async () => {
    let made = 0
    await fc.assert(
      fc.asyncProperty(plot, async ({ check, make, hangUp, close, logout }) => {
        const guests: Guest[] = []
        const checker: Checker<'password'> = {
          name: 'slow',
          accepts: ['password'],
          check: ({ username }) => (check.length === 0 ? accept(username) : wait(check).then(() => accept(username))),
        }
        const guest = () => (guests[guests.length] = new Guest())
        const realm = { guest: () => (make.length === 0 ? guest() : wait(make).then(guest)) }
        const portal = createPortal({ realm, checkers: [checker] })
        const client = new AbortController()
        const ends = await Promise.all([
          portal.login(password('ada', 'x'), 'guest', { signal: client.signal }).then(
            async (login) => {
              if (login.status !== 'granted') return login.status
              if (logout) await Promise.all([login.logout(), login[Symbol.asyncDispose]()])
              return 'granted'
            },
            (error) => error.code,
          ),
          hangUp && wait(hangUp).then(() => client.abort()),
          close && wait(close).then(() => portal.close()),
        ])
        expect(['granted', 'ABORTED', 'CLOSED']).toContain(ends[0])
        await portal.close()
        // A factory that was overtaken by a hang-up makes its guest later; nobody but the portal can end it.
        await wait([...make, ...check, true, true])
        made += guests.length
        expect(guests.map(({ ended }) => ended)).toEqual(guests.map(() => 1))
      }),
      { numRuns: 10_000, seed: 7 },
    )
    expect(made).toBeGreaterThan(1_000)
  })

  it('runs once for the second call, for dispose and for close, and all of them wait for it', async () => {
    let release: () => void = () => {}
    const ends = vi.fn(() => new Promise<void>((done) => (release = done)))
    const portal = createPortal({
      realm: { guest: () => ({ [Symbol.asyncDispose]: ends }) },
      checkers: [knows('ada', 'x')],
    })
    const login = await portal.login(password('ada', 'x'), 'guest')
    if (login.status !== 'granted') return expect.unreachable()
    const order: string[] = []
    const all = [login.logout(), login.logout(), login[Symbol.asyncDispose](), portal.close()].map((end) =>
      end.then(() => order.push('end')),
    )
    await turn()
    expect(order).toEqual([])
    release()
    await Promise.all(all)
    expect(ends).toHaveBeenCalledTimes(1)
  })

  it('uses asyncDispose before dispose, and neither where there is none', async () => {
    const told: string[] = []
    const avatars: unknown[] = [
      { [Symbol.asyncDispose]: async () => void told.push('async'), [Symbol.dispose]: () => told.push('wrong') },
      { [Symbol.dispose]: () => told.push('sync') },
      { name: 'endless' },
      'a string',
      7,
      Object.assign(() => {}, { [Symbol.dispose]: () => told.push('function') }),
    ]
    const portal = createPortal({ realm: { any: () => avatars.shift() }, checkers: [knows('ada', 'x')] })
    while (avatars.length > 0) {
      await using login = await portal.login(password('ada', 'x'), 'any')
      expect(login.status).toBe('granted')
    }
    expect(told).toEqual(['async', 'sync', 'function'])
  })

  it('calls the end as a method of the avatar', async () => {
    const guest = new Guest()
    const portal = createPortal({ realm: { guest: () => guest }, checkers: [knows('ada', 'x')] })
    const login = await portal.login(password('ada', 'x'), 'guest')
    await login[Symbol.asyncDispose]()
    expect(guest.ended).toBe(1)
  })

  it('logs out everyone when the portal closes, whoever fails, and then closes the checkers', async () => {
    const told: string[] = []
    const checker = { ...knows('ada', 'x'), close: async () => void told.push('checker') }
    let count = 0
    const guest = () => {
      const name = `guest ${++count}`
      return {
        [Symbol.asyncDispose]: async () => {
          await turn()
          told.push(name)
          if (name === 'guest 2') throw new Error('stuck')
        },
      }
    }
    const portal = createPortal({ realm: { guest }, checkers: [checker] })
    for (let i = 0; i < 3; i++) await portal.login(password('ada', 'x'), 'guest')
    await expect(portal.close()).rejects.toThrow(AggregateError)
    expect(told).toEqual(['guest 1', 'guest 2', 'guest 3', 'checker'])
    await expect(portal.close()).rejects.toThrow(AggregateError)
    expect(told).toHaveLength(4)
  })

  it('refuses new logins once closed', async () => {
    const { portal } = echoPortal([knows('ada', 'x')])
    await portal[Symbol.asyncDispose]()
    expect(await codeOf(portal.login(password('ada', 'x'), 'echo'))).toBe('CLOSED')
    expect(await codeOf(portal.recognizes({ username: 'ada', key: { algorithm: 'x', blob: new Uint8Array(1) } }))).toBe(
      'CLOSED',
    )
  })

  it('rejects with what the avatar threw, and tells it as a fault', async () => {
    const broken = { [Symbol.dispose]: () => Promise.reject(new Error('stuck')) }
    const { portal, events } = echoPortal([knows('ada', 'x')], { realm: { echo: () => broken as never } })
    const login = await portal.login(password('ada', 'x'), 'echo')
    if (login.status !== 'granted') return expect.unreachable()
    await expect(login.logout()).rejects.toThrow('stuck')
    expect(events.slice(-2)).toMatchObject([
      { type: 'logout', id: 'ada' },
      { type: 'fault', error: { cause: { message: 'stuck' } } },
    ])
  })

  it('remembers no session that is over: closing the portal tells nothing of it again', async () => {
    const broken = { [Symbol.dispose]: () => Promise.reject(new Error('stuck')) }
    const { portal } = echoPortal([knows('ada', 'x')], { realm: { echo: () => broken as never } })
    const login = await portal.login(password('ada', 'x'), 'echo')
    if (login.status !== 'granted') return expect.unreachable()
    await expect(login.logout()).rejects.toThrow('stuck')
    await portal.close()
  })

  it('refuses an attempt that is over before it begins, and asks nobody', async () => {
    const check = vi.fn(() => accept('ada'))
    const { portal } = echoPortal([{ name: 'yes', accepts: ['password'], check }])
    expect(await codeOf(portal.login(password('ada', 'x'), 'echo', { signal: AbortSignal.abort() }))).toBe('ABORTED')
    expect(check).not.toHaveBeenCalled()
  })

  it('tells a checker at work that the client has left', async () => {
    let signal: AbortSignal | undefined
    const client = new AbortController()
    const { portal } = echoPortal([
      {
        name: 'slow',
        accepts: ['password'],
        check: (_, attempt) => ((signal = attempt.signal), new Promise(() => {})),
      },
    ])
    const code = codeOf(portal.login(password('ada', 'x'), 'echo', { signal: client.signal }))
    await turn()
    client.abort()
    expect(await code).toBe('ABORTED')
    expect(signal?.aborted).toBe(true)
  })

  it.each(['ABORTED', 'CLOSED'])(
    'ends a login at once when that happens in the turn that asked its checker: %s',
    async (end) => {
      const client = new AbortController()
      const hangs: Checker = { name: 'hangs', accepts: ['password'], check: () => new Promise(() => {}) }
      const { portal } = echoPortal([hangs], { deadlineMs: 60_000 })
      const code = codeOf(portal.login(password('ada', 'x'), 'echo', { signal: client.signal }))
      if (end === 'ABORTED') client.abort()
      else void portal.close()
      expect(await code).toBe(end)
    },
  )

  it('leaves no timer, and holds nothing of a login that is over', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const slow: Checker = {
      name: 'slow',
      accepts: ['password'],
      check: () =>
        turn()
          .then(turn)
          .then(() => accept('ada')),
    }
    const portal = createPortal({ realm: { echo: (id) => ({ id }) }, checkers: [slow] })
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    const before = timers()
    const logIn = async () => {
      const attempt: AttemptOptions = { protocol: 'held' }
      expect((await portal.login(password('ada', 'x'), 'echo', attempt)).status).toBe('granted')
      return new WeakRef(attempt)
    }
    const held = await logIn()
    expect(timers()).toBe(before)
    await turn()
    collect()
    expect(held.deref()).toBeUndefined()
  })

  it('leaves no listener on the signal of a client that stays', async () => {
    const { portal } = echoPortal([
      {
        name: 'slow',
        accepts: ['password'],
        check: () =>
          turn()
            .then(turn)
            .then(() => accept('ada')),
      },
    ])
    const { signal } = new AbortController()
    const add = vi.spyOn(signal, 'addEventListener')
    const remove = vi.spyOn(signal, 'removeEventListener')
    await portal.login(password('ada', 'x'), 'echo', { signal })
    expect(add).toHaveBeenCalledTimes(1)
    expect(remove.mock.calls[0]?.[1]).toBe(add.mock.calls[0]?.[1])
  })
})

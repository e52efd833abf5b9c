import { channel } from 'node:diagnostics_channel'
import { accept, type LoginEvent, pass, password, reject, totp, whenUnavailable } from '@gatewright/portal'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { answers, echoPortal, knows, knowsCode } from '../cast.ts'

const CHANNEL = channel('gatewright:login')
const silence = () => {}

afterEach(() => vi.restoreAllMocks())

const types = (events: readonly LoginEvent[]) => events.map(({ type }) => type)

describe('10. events tell every step, finish, logout and fault; an observer that throws harms nobody', () => {
  it('tells a whole login in order, with one number', async () => {
    const { portal, events } = echoPortal([answers('first', () => pass()), knows('ada', 'x'), knowsCode('ada', '1')], {
      require: [['password', 'totp']],
    })
    const from = { protocol: 'tcp', peer: { address: '127.0.0.1', port: 4711 } }
    const login = await portal.login(password('ada', 'x'), 'echo', from)
    if (login.status !== 'pending') return expect.unreachable()
    await login.next(totp('2'))
    const granted = await login.next(totp('1'))
    await granted[Symbol.asyncDispose]()
    expect(events).toMatchObject([
      { type: 'login.step', checker: 'first', kind: 'password', verdict: 'pass' },
      { type: 'login.step', checker: 'memory', kind: 'password', verdict: 'accept' },
      { type: 'login.finish', status: 'pending', username: 'ada', id: 'ada', proofs: [{ kind: 'password' }] },
      { type: 'login.step', checker: 'codes', kind: 'totp', verdict: 'reject', reason: 'wrong code' },
      { type: 'login.finish', status: 'refused', reason: 'wrong code', id: 'ada' },
      { type: 'login.step', checker: 'codes', kind: 'totp', verdict: 'accept' },
      { type: 'login.finish', status: 'granted', id: 'ada', proofs: [{ kind: 'password' }, { kind: 'totp' }] },
      { type: 'logout', id: 'ada', avatar: 'echo' },
    ])
    expect(new Set(events.map((event) => event.login)).size).toBe(1)
    for (const event of events) {
      expect(event).toMatchObject(from)
      expect(Object.isFrozen(event)).toBe(true)
      if ('ms' in event) expect(event.ms).toBeGreaterThanOrEqual(0)
    }
  })

  it('tells exactly one finish for each presented credential, whatever comes of it', async () => {
    const down = whenUnavailable(
      answers('down', () => Promise.reject(new Error('down'))),
      'continue',
    )
    const { portal, events } = echoPortal([down, knows('ada', 'x')], {
      realm: { echo: (id) => (id === 'ada' ? { id } : undefined) },
    })
    const tries = [
      password('ada', 'x'),
      password('ada', 'wrong'),
      password('', ''),
      password('ada', ''),
      totp('1'),
      null,
    ]
    for (const credential of tries) await portal.login(credential as never, 'echo').catch(silence)
    const finishes = events.filter(({ type }) => type === 'login.finish')
    expect(finishes.map((event) => ('status' in event ? event.status : ''))).toEqual([
      'granted',
      'fault',
      'refused',
      'refused',
      'fault',
      'fault',
    ])
  })

  it('tells a fault with its error, before the finish', async () => {
    const { portal, events } = echoPortal([answers('down', () => Promise.reject(new Error('gone')))])
    await portal.login(password('ada', 'x'), 'echo').catch(silence)
    expect(types(events)).toEqual(['login.step', 'fault', 'login.finish'])
    expect(events[1]).toMatchObject({ error: { code: 'CHECKER_UNAVAILABLE', cause: { message: 'gone' } } })
  })

  it('keeps the reason from the client', async () => {
    const { portal } = echoPortal([answers('no', () => reject('locked since Tuesday'))])
    const login = await portal.login(password('ada', 'x'), 'echo')
    expect(Object.keys(login)).toEqual(['status'])
  })

  it('publishes the same events on gatewright:login', async () => {
    const published: unknown[] = []
    const subscriber = (event: unknown) => void published.push(event)
    CHANNEL.subscribe(subscriber)
    const { portal, events } = echoPortal([knows('ada', 'x')])
    const deaf = echoPortal([knows('ada', 'x')], { observers: [] })
    try {
      await (await portal.login(password('ada', 'x'), 'echo'))[Symbol.asyncDispose]()
      expect(published).toEqual(events)
      await (await deaf.portal.login(password('ada', 'x'), 'echo'))[Symbol.asyncDispose]()
      expect(types(published as LoginEvent[]).slice(events.length)).toEqual(['login.step', 'login.finish', 'logout'])
    } finally {
      CHANNEL.unsubscribe(subscriber)
    }
  })

  it('lets no observer harm a login, the other observers, or the process', async () => {
    const warning = vi.spyOn(process, 'emitWarning').mockImplementation(silence)
    const heard: LoginEvent[] = []
    const observers = [
      () => {
        throw new Error('disk full')
      },
      async () => {
        throw new Error('network down')
      },
      (event: LoginEvent) => void Object.assign(event, { status: 'granted' }),
      (event: LoginEvent) => void heard.push(event),
    ]
    const { portal } = echoPortal([answers('yes', () => accept('ada'))], { observers })
    expect((await portal.login(password('ada', 'x'), 'echo')).status).toBe('granted')
    expect(types(heard)).toEqual(['login.step', 'login.finish'])
    expect(warning).toHaveBeenCalledWith(expect.stringContaining('disk full'), expect.anything())
    expect(warning).toHaveBeenCalledWith(expect.stringContaining('network down'), expect.anything())
  })
})

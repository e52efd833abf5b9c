import { accept, PortalError, pass, password, reject, whenUnavailable } from '@gatewright/portal'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { answers, codeOf, echoPortal, knows } from '../cast.ts'

const throwing = (trap: string) =>
  new Proxy({}, { get: (_, key) => (String(key) === trap ? explode() : undefined), has: explode })
function explode(): never {
  throw new Error('trapped')
}

/** Forty-five things that are not a verdict, each by the name under which it would be found in a bug report. */
const ODD: Record<string, unknown> = {
  undefined: undefined,
  null: null,
  true: true,
  false: false,
  zero: 0,
  one: 1,
  NaN: Number.NaN,
  infinity: Number.POSITIVE_INFINITY,
  bigint: 1n,
  'empty string': '',
  space: ' ',
  'a name': 'ada',
  'the word accept': 'accept',
  symbol: Symbol('accept'),
  'empty object': {},
  'empty array': [],
  'array with a name': ['ada'],
  error: new Error('no'),
  'portal error': new PortalError('ABORTED', 'no'),
  date: new Date(0),
  regexp: /ada/,
  map: new Map([['outcome', 'accept']]),
  set: new Set(['accept']),
  buffer: Buffer.from('ada'),
  'function that accepts': () => accept('ada'),
  'class instance': new (class Accept {})(),
  'a look-alike of accept': { outcome: 'accept', id: 'ada', facts: {} },
  'a look-alike with a status': { status: 'granted', id: 'ada' },
  'a look-alike with ok': { ok: true, id: 'ada' },
  'accept, sent through JSON': JSON.parse(JSON.stringify(accept('ada'))),
  'accept, cloned': structuredClone({ ...accept('ada') }),
  'accept, spread': { ...accept('ada') },
  'reject, spread': { ...reject('no') },
  'pass, spread': { ...pass() },
  'array of accept': [accept('ada')],
  'boxed true': Object(true),
  'boxed string': Object('accept'),
  'null prototype': Object.create(null),
  'getter that throws': throwing('outcome'),
  'proxy that throws on then': throwing('then'),
  generator: (function* () {
    yield accept('ada')
  })(),
  'async function that accepts': async () => accept('ada'),
  'accept for nobody': Object.assign(Object.create(accept('ada')), { id: '' }),
  'accept for a number': Object.assign(Object.create(accept('ada')), { id: 7 }),
  'accept for an object': Object.assign(Object.create(accept('ada')), { id: { toString: () => 'ada' } }),
}

const REJECTED: readonly unknown[] = [undefined, null, 'no', new Error('no'), reject('no'), accept('ada')]

afterEach(() => vi.useRealTimers())

describe('2. a throw, a timeout or a value that is not a verdict is a fault, never a refusal and never a grant', () => {
  it('has forty-five odd answers to try', () => expect(Object.keys(ODD)).toHaveLength(45))

  for (const [name, value] of Object.entries(ODD)) {
    it(`holds for ${name}, answered at once and later`, async () => {
      for (const answer of [() => value, async () => value, () => new Promise((done) => setImmediate(done, value))]) {
        const realm = vi.fn(() => ({ id: 'ada' }))
        const { portal } = echoPortal([answers('odd', answer)], { realm: { echo: realm } })
        expect(await codeOf(portal.login(password('ada', 'x'), 'echo'))).toBe('CHECKER_UNAVAILABLE')
        expect(realm).not.toHaveBeenCalled()
      }
    })
  }

  it('holds for whatever is thrown or rejected with', async () => {
    for (const thrown of REJECTED) {
      const sync = answers('sync', () => {
        throw thrown
      })
      for (const checker of [sync, answers('async', () => Promise.reject(thrown))]) {
        const login = echoPortal([checker]).portal.login(password('ada', 'x'), 'echo')
        await expect(login).rejects.toMatchObject({ code: 'CHECKER_UNAVAILABLE', cause: thrown })
        await expect(login).rejects.toBeInstanceOf(PortalError)
      }
    }
  })

  it('holds for thenables that settle twice, throw, or never mean it', async () => {
    const verdict = accept('ada')
    const thenables: Record<string, { then: (ok: (v: unknown) => void, no: (e: unknown) => void) => void }> = {
      'rejects, then resolves': { then: (ok, no) => (no(new Error('down')), ok(verdict)) },
      throws: { then: () => explode() },
      'resolves with true': { then: (ok) => ok(true) },
    }
    for (const [name, thenable] of Object.entries(thenables)) {
      const { portal } = echoPortal([answers(name, () => thenable)])
      expect(await codeOf(portal.login(password('ada', 'x'), 'echo')), name).toBe('CHECKER_UNAVAILABLE')
    }
    const honest = {
      then: (ok: (v: unknown) => void, no: (e: unknown) => void) => (ok(verdict), no(new Error('late'))),
    }
    const { portal } = echoPortal([answers('honest thenable', () => honest)])
    expect((await portal.login(password('ada', 'x'), 'echo')).status).toBe('granted')
  })

  it('holds for a checker that never settles: the answer comes at the deadline and the signal fires', async () => {
    vi.useFakeTimers()
    let signal: AbortSignal | undefined
    const hangs = answers('hangs', () => new Promise(() => {}))
    const checker = {
      ...hangs,
      check: (...args: Parameters<typeof hangs.check>) => ((signal = args[1].signal), hangs.check(...args)),
    }
    const { portal } = echoPortal([checker])
    const login = portal.login(password('ada', 'x'), 'echo')
    const failed = expect(login).rejects.toMatchObject({ code: 'CHECKER_UNAVAILABLE', cause: { code: 'DEADLINE' } })
    await vi.advanceTimersByTimeAsync(9_999)
    expect(signal?.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(signal?.aborted).toBe(true)
    await failed
    expect(vi.getTimerCount()).toBe(0)
  })

  it('drops an acceptance that comes after the deadline', async () => {
    vi.useFakeTimers()
    const realm = vi.fn(() => ({ id: 'ada' }))
    let late: (verdict: unknown) => void = () => {}
    const slow = answers('slow', () => new Promise((done) => (late = done)))
    const { portal, events } = echoPortal([slow], { realm: { echo: realm }, deadlineMs: 50 })
    const code = codeOf(portal.login(password('ada', 'x'), 'echo'))
    await vi.advanceTimersByTimeAsync(50)
    expect(await code).toBe('CHECKER_UNAVAILABLE')
    const told = events.length
    late(accept('ada'))
    await vi.runAllTimersAsync()
    expect(realm).not.toHaveBeenCalled()
    expect(events).toHaveLength(told)
  })

  it('stops the chain, unless the checker may be unavailable, and then only an acceptance counts', async () => {
    vi.useFakeTimers()
    const hangs = () => answers('hangs', () => new Promise(() => {}))
    const after = async (second: ReturnType<typeof answers>, optional: boolean) => {
      const first = optional ? whenUnavailable(hangs(), 'continue') : hangs()
      const end = codeOf(echoPortal([first, second]).portal.login(password('ada', 'x'), 'echo'))
      await vi.advanceTimersByTimeAsync(10_000)
      return end
    }
    const fresh = knows('ada', 'x')
    expect(await after(fresh, false)).toBe('CHECKER_UNAVAILABLE')
    expect(await after(fresh, true)).toMatchObject({ status: 'granted' })
    expect(
      await after(
        answers('no', () => reject('no')),
        true,
      ),
    ).toBe('CHECKER_UNAVAILABLE')
    expect(
      await after(
        answers('not mine', () => pass()),
        true,
      ),
    ).toBe('CHECKER_UNAVAILABLE')
  })

  it('gives the next checker a signal of its own', async () => {
    vi.useFakeTimers()
    let second: AbortSignal | undefined
    const { portal } = echoPortal([
      whenUnavailable(
        answers('hangs', () => new Promise(() => {})),
        'continue',
      ),
      { name: 'second', accepts: ['password'], check: (_, { signal }) => ((second = signal), accept('ada')) },
    ])
    const login = portal.login(password('ada', 'x'), 'echo')
    await vi.advanceTimersByTimeAsync(10_000)
    expect((await login).status).toBe('granted')
    expect(second?.aborted).toBe(false)
  })

  it('lets OVERLOADED through with its retryAfterMs, and no other code of the portal', async () => {
    const busy = new PortalError('OVERLOADED', 'busy', { retryAfterMs: 700 })
    const login = (error: unknown) =>
      echoPortal([answers('x', () => Promise.reject(error))]).portal.login(password('ada', 'x'), 'echo')
    await expect(login(busy)).rejects.toMatchObject({ code: 'OVERLOADED', retryAfterMs: 700, cause: busy })
    await expect(login(busy)).rejects.not.toHaveProperty('message', 'busy')
    for (const code of ['CLOSED', 'ABORTED', 'UNHANDLED_CREDENTIAL', 'BAD_CONFIGURATION'] as const) {
      await expect(login(new PortalError(code, 'mine'))).rejects.toMatchObject({
        code: 'CHECKER_UNAVAILABLE',
        cause: { code },
      })
    }
  })

  it('never counts against the user: the guard gets the try back', async () => {
    const settled: unknown[] = []
    const guard = { admit: async () => ({ settle: async (verdict: unknown) => void settled.push(verdict) }) }
    const { portal } = echoPortal([answers('down', () => Promise.reject(new Error('down')))], { guard })
    expect(await codeOf(portal.login(password('ada', 'x'), 'echo'))).toBe('CHECKER_UNAVAILABLE')
    expect(settled).toEqual(['fault'])
  })

  it('holds for a guard that throws, hangs or answers nonsense: without a count there is no comparison', async () => {
    vi.useFakeTimers()
    const check = vi.fn(() => accept('ada'))
    const guards = [
      () => Promise.reject(new Error('down')),
      () => new Promise<never>(() => {}),
      () => {
        throw new Error('down')
      },
      async () => undefined as never,
      async () => ({ retryAfterMs: 'soon' }) as never,
      async () => ({ settle: true }) as never,
    ]
    for (const admit of guards) {
      const { portal } = echoPortal([answers('yes', check)], { guard: { admit } })
      const code = codeOf(portal.login(password('ada', 'x'), 'echo'))
      await vi.advanceTimersByTimeAsync(10_000)
      expect(await code).toBe('CHECKER_UNAVAILABLE')
    }
    expect(check).not.toHaveBeenCalled()
  })

  it('holds for a guard that cannot settle: what was not counted is not granted', async () => {
    const guard = { admit: async () => ({ settle: () => Promise.reject(new Error('disk full')) }) }
    const realm = vi.fn(() => ({ id: 'ada' }))
    const { portal } = echoPortal([knows('ada', 'x')], { guard, realm: { echo: realm } })
    expect(await codeOf(portal.login(password('ada', 'x'), 'echo'))).toBe('CHECKER_UNAVAILABLE')
    expect(realm).not.toHaveBeenCalled()
  })

  it('holds for a realm that throws or hangs', async () => {
    vi.useFakeTimers()
    const factories = [
      () => {
        throw new Error('no room')
      },
      () => Promise.reject(new Error('no room')),
      () => new Promise<never>(() => {}),
    ]
    for (const echo of factories) {
      const code = codeOf(
        echoPortal([knows('ada', 'x')], { realm: { echo } }).portal.login(password('ada', 'x'), 'echo'),
      )
      await vi.advanceTimersByTimeAsync(10_000)
      expect(await code).toBe('CHECKER_UNAVAILABLE')
    }
  })
})

import {
  accept,
  type Checker,
  createPortal,
  type Guard,
  PortalError,
  pass,
  password,
  reject,
  totp,
  whenUnavailable,
} from '@gatewright/portal'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { answers, codeOf, echoPortal, knows, knowsCode } from './cast.ts'

/** What was tried against this portal, and once worked. */

const silence = () => {}
const turn = () => new Promise<void>((done) => setImmediate(done))

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** A guard that answers when it is told to, and remembers what became of each try. */
function ledger() {
  const settled: unknown[] = []
  let release: () => void = silence
  const released = new Promise<void>((done) => (release = done))
  const admission = {
    settle: async (verdict: { outcome?: string } | 'fault') =>
      void settled.push(verdict === 'fault' ? verdict : verdict.outcome),
  }
  const prompt: Guard = { admit: async () => admission }
  const slow: Guard = { admit: async () => (await released, admission) }
  return { settled, release, prompt, slow }
}

describe('a try that was reserved is settled exactly once', () => {
  it('when the reservation comes too late: after the deadline, the client, or the portal', async () => {
    for (const overtake of ['deadline', 'abort', 'close'] as const) {
      const { settled, release, slow } = ledger()
      const client = new AbortController()
      const { portal } = echoPortal([knows('ada', 'x')], {
        guard: slow,
        deadlineMs: overtake === 'deadline' ? 5 : 60_000,
      })
      const end = codeOf(portal.login(password('ada', 'x'), 'echo', { signal: client.signal }))
      await turn()
      if (overtake === 'abort') client.abort()
      if (overtake === 'close') await portal.close()
      expect(await end).toBe({ deadline: 'CHECKER_UNAVAILABLE', abort: 'ABORTED', close: 'CLOSED' }[overtake])
      expect(settled).toEqual([])
      release()
      await turn()
      expect(settled, overtake).toEqual(['fault'])
    }
  })

  it('with what came of it, when the client hangs up while it is compared', async () => {
    for (const verdict of [reject('wrong'), accept('ada'), pass()]) {
      const { settled, prompt } = ledger()
      const client = new AbortController()
      let decide: (verdict: unknown) => void = silence
      const slow = answers('slow', () => new Promise((done) => (decide = done)))
      const { portal } = echoPortal([slow], { guard: prompt })
      const end = codeOf(portal.login(password('ada', 'x'), 'echo', { signal: client.signal }))
      await turn()
      client.abort()
      expect(await end).toBe('ABORTED')
      expect(settled).toEqual([])
      decide(verdict)
      await turn()
      expect(settled).toEqual([verdict.outcome])
    }
  })

  it('as a fault, when the client hangs up before its adapter has said whether the credential was used before', async () => {
    const { settled, prompt } = ledger()
    const client = new AbortController()
    const { portal } = echoPortal([knows('ada', 'x')], { guard: prompt })
    const confirm = () => new Promise<string>(silence)
    const end = codeOf(portal.login(password('ada', 'x'), 'echo', { signal: client.signal, confirm }))
    await turn()
    client.abort()
    expect(await end).toBe('ABORTED')
    await turn()
    // Whoever has overheard a used answer could clear the failures of its owner otherwise.
    expect(settled).toEqual(['fault'])
  })

  it('as a fault, when the client hangs up and no verdict ever comes', async () => {
    const { settled, prompt } = ledger()
    const client = new AbortController()
    const { portal } = echoPortal([answers('hangs', () => new Promise(silence))], { guard: prompt, deadlineMs: 5 })
    const end = codeOf(portal.login(password('ada', 'x'), 'echo', { signal: client.signal }))
    await turn()
    client.abort()
    expect(await end).toBe('ABORTED')
    await vi.waitFor(() => expect(settled).toEqual(['fault']), { interval: 1 })
  })

  it('when the guard answers with both a settle() and a retryAfterMs', async () => {
    const { settled, prompt } = ledger()
    const both: Guard = {
      admit: async (...asked) => ({ ...(await prompt.admit(...asked)), retryAfterMs: undefined }) as never,
    }
    const { portal } = echoPortal([knows('ada', 'x')], { guard: both })
    expect((await portal.login(password('ada', 'x'), 'echo')).status).toBe('granted')
    expect(settled).toEqual(['accept'])
  })

  it('when a checker throws something that throws when it is looked at', async () => {
    const { settled, prompt } = ledger()
    const bite = () => {
      throw new Error('bitten')
    }
    const viper = new Proxy({}, { get: bite, getPrototypeOf: bite, has: bite })
    const { portal } = echoPortal([answers('viper', () => Promise.reject(viper))], { guard: prompt })
    expect(await codeOf(portal.login(password('ada', 'x'), 'echo'))).toBe('CHECKER_UNAVAILABLE')
    expect(settled).toEqual(['fault'])
  })
})

describe('whoever leaves is not served further, wherever the login is', () => {
  it('when the guard settles the try: no avatar is made', async () => {
    const gone = new AbortController()
    const made = vi.fn((id: string) => ({ id }))
    const guard: Guard = { admit: async () => ({ settle: async () => gone.abort() }) }
    const { portal } = echoPortal([knows('ada', 'x')], { guard, realm: { echo: made } })
    expect(await codeOf(portal.login(password('ada', 'x'), 'echo', { signal: gone.signal }))).toBe('ABORTED')
    expect(made).not.toHaveBeenCalled()
  })

  it('when it is found out what is required: no login is left pending', async () => {
    const gone = new AbortController()
    const { portal, events } = echoPortal([knows('ada', 'x'), knowsCode('ada', '777')], {
      require: () => (gone.abort(), [['password', 'totp']]),
    })
    expect(await codeOf(portal.login(password('ada', 'x'), 'echo', { signal: gone.signal }))).toBe('ABORTED')
    expect(events.at(-1)).toMatchObject({ type: 'login.finish', status: 'fault' })
  })
})

describe('guesses are not free while an optional checker is down', () => {
  const down: Checker<'totp'> = { name: 'down', accepts: ['totp'], check: () => Promise.reject(new Error('down')) }
  const code: Checker<'totp'> = {
    name: 'code',
    accepts: ['totp'],
    check: ({ passcode }) => (passcode === '777' ? accept('ada') : reject('wrong')),
  }

  it('the guard counts the rejection, although the client hears "unavailable"', async () => {
    const { settled, prompt } = ledger()
    const optional = whenUnavailable(
      answers('down', () => Promise.reject(new Error('down'))),
      'continue',
    )
    const { portal } = echoPortal([optional, knows('ada', 'x')], { guard: prompt })
    expect(await codeOf(portal.login(password('ada', 'guess'), 'echo'))).toBe('CHECKER_UNAVAILABLE')
    expect(await codeOf(portal.login(password('ada', 'x'), 'echo'))).toMatchObject({ status: 'granted' })
    expect(settled).toEqual(['reject', 'accept'])
  })

  it('a pending login is over after five of them', async () => {
    const { portal } = echoPortal([knows('ada', 'x'), whenUnavailable(down, 'continue'), code], {
      require: [['password', 'totp']],
    })
    const login = await portal.login(password('ada', 'x'), 'echo')
    if (login.status !== 'pending') return expect.unreachable()
    for (let guess = 0; guess < 5; guess++)
      expect(await codeOf(login.next(totp(String(guess))))).toBe('CHECKER_UNAVAILABLE')
    expect((await login.next(totp('777'))).status).toBe('refused')
  })
})

describe('an avatar is ended once, and its end is not waited for without bound', () => {
  it('although ending it calls logout again, at once or later', async () => {
    let ends = 0
    let login: { logout?: () => Promise<void> } = {}
    const avatar = { [Symbol.dispose]: () => ((ends += 1), void login.logout?.()) }
    const { portal, events } = echoPortal([knows('ada', 'x')], { realm: { echo: () => avatar as never } })
    login = (await portal.login(password('ada', 'x'), 'echo')) as typeof login
    await login.logout?.()
    expect(ends).toBe(1)
    expect(events.filter(({ type }) => type === 'logout')).toHaveLength(1)
  })

  it('although it hangs: logout and close come back at the deadline, as faults', async () => {
    const hangs = { [Symbol.asyncDispose]: () => new Promise<void>(silence) }
    const stuck = { ...knows('ada', 'x'), close: () => new Promise<void>(silence) }
    const { portal, events } = echoPortal([stuck], { realm: { echo: () => hangs as never }, deadlineMs: 5 })
    const login = await portal.login(password('ada', 'x'), 'echo')
    if (login.status !== 'granted') return expect.unreachable()
    await expect(login.logout()).rejects.toMatchObject({ code: 'DEADLINE' })
    await portal.login(password('ada', 'x'), 'echo')
    await expect(portal.close()).rejects.toThrow(AggregateError)
    expect(events.filter(({ type }) => type === 'fault')).toHaveLength(2)
  })

  it('although the client left while it was made: nobody waits for its end', async () => {
    const client = new AbortController()
    const hangs = { [Symbol.asyncDispose]: () => new Promise<void>(silence) }
    const realm = { echo: () => (client.abort(), hangs as never) }
    const { portal, events } = echoPortal([knows('ada', 'x')], { realm })
    expect(await codeOf(portal.login(password('ada', 'x'), 'echo', { signal: client.signal }))).toBe('ABORTED')
    expect(events.at(-1)).toMatchObject({ type: 'login.finish', status: 'fault' })
  })

  it('when a pending login is given up while its last factor is checked', async () => {
    let ends = 0
    let decide: (verdict: unknown) => void = silence
    const slow = { name: 'slow', accepts: ['totp'], check: () => new Promise((done) => (decide = done)) } as never
    const { portal } = echoPortal([knows('ada', 'x'), slow], {
      require: [['password', 'totp']],
      realm: { echo: (id) => ({ id, [Symbol.asyncDispose]: async () => void (ends += 1) }) },
    })
    const login = await portal.login(password('ada', 'x'), 'echo')
    if (login.status !== 'pending') return expect.unreachable()
    const next = login.next(totp('1'))
    await login[Symbol.asyncDispose]()
    decide(accept('ada'))
    expect((await next).status).toBe('refused')
    expect(ends).toBe(1)
  })
})

describe('observers are harmless whatever they throw', () => {
  it('holds for things that cannot be printed, thrown at once or later, from promises of all makes', async () => {
    const warning = vi.spyOn(process, 'emitWarning').mockImplementation(silence)
    const bare: unknown = Object.create(null)
    const observers = [
      () => {
        throw bare
      },
      () => Promise.reject(bare),
      () => ({ then: (_: unknown, no: (error: unknown) => void) => no(new Error('two\nlines')) }),
    ]
    const portal = createPortal({
      realm: { echo: (id) => ({ id }) },
      checkers: [knows('ada', 'x')],
      observers: observers as never,
    })
    expect((await portal.login(password('ada', 'x'), 'echo')).status).toBe('granted')
    await turn()
    // Three observers heard a step and a finish.
    expect(warning).toHaveBeenCalledTimes(6)
    for (const [words] of warning.mock.calls) expect(words).not.toContain('\n')
  })
})

describe('odd calls end as faults of the portal, and are told', () => {
  const hangs = answers('hangs', () => new Promise(silence))

  it('holds for a signal that is none, and costs no other login its deadline', async () => {
    const { portal } = echoPortal([hangs], { deadlineMs: 5 })
    const odd = { aborted: false } as AbortSignal
    const [one, other] = [
      codeOf(portal.login(password('ada', 'x'), 'echo', { signal: odd })),
      codeOf(portal.login(password('bob', 'x'), 'echo')),
    ]
    expect(await one).toBe('CHECKER_UNAVAILABLE')
    expect(await other).toBe('CHECKER_UNAVAILABLE')
  })

  it('holds for a signal that is made anew each time it is asked for: it is listened to, and left, once', async () => {
    const left = new Map<AbortSignal, number>()
    const attempt = {
      get signal() {
        const { signal } = new AbortController()
        vi.spyOn(signal, 'addEventListener').mockImplementation(() => void left.set(signal, 1))
        vi.spyOn(signal, 'removeEventListener').mockImplementation(
          () => void left.set(signal, (left.get(signal) ?? 0) - 1),
        )
        return signal
      },
    }
    const { portal } = echoPortal([
      answers('slow', () =>
        turn()
          .then(turn)
          .then(() => accept('ada')),
      ),
    ])
    expect((await portal.login(password('ada', 'x'), 'echo', attempt)).status).toBe('granted')
    expect([...left.values()]).toEqual([0])
  })

  it('holds for promises that throw when they are waited for, and nothing is left of them', async () => {
    const bite = () => {
      throw new Error('bitten')
    }
    const odd = [
      Object.assign(Promise.resolve(accept('ada')), { then: bite }),
      Object.defineProperty(Promise.resolve(accept('ada')), 'constructor', { get: bite }),
    ]
    for (const promise of odd) {
      const { portal } = echoPortal([answers('odd', () => promise)])
      expect(await codeOf(portal.login(password('ada', 'x'), 'echo'))).toBe('CHECKER_UNAVAILABLE')
      // A wait that nobody holds would fail here, and with it the process.
      await portal.close()
    }
  })

  it('holds for credentials that do not bear to be looked at', async () => {
    const { portal, events } = echoPortal([knows('ada', 'x')])
    const shy = Object.defineProperty({ kind: 'password' }, 'username', { get: () => expect.unreachable() })
    expect(await codeOf(portal.login(shy as never, 'echo'))).toBe('CHECKER_UNAVAILABLE')
    expect(events.at(-1)).toMatchObject({ type: 'login.finish', status: 'fault' })
  })

  it('holds for no attempt and no offer', async () => {
    const { portal } = echoPortal([knows('ada', 'x')])
    expect((await portal.login(password('ada', 'x'), 'echo', null as never)).status).toBe('granted')
    expect(await portal.recognizes(null as never)).toBe(false)
  })

  it('takes false for "no such avatar": it is what a refused condition leaves', async () => {
    const { portal } = echoPortal([knows('ada', 'x')], { realm: { echo: () => false as never } })
    expect(await portal.login(password('ada', 'x'), 'echo')).toMatchObject({ status: 'refused', forbidden: true })
  })

  it('shows no message of a checker that says it is overloaded', async () => {
    const busy = new PortalError('OVERLOADED', 'busy with canary', { retryAfterMs: 9 })
    const { events, portal } = echoPortal([answers('x', () => Promise.reject(busy))])
    await portal.login(password('ada', 'x'), 'echo').catch(silence)
    expect(events.find(({ type }) => type === 'fault')).toMatchObject({
      error: { message: "checker 'x' is overloaded" },
    })
  })

  it('refuses names that look like other names', async () => {
    const { portal } = echoPortal([
      { name: 'yes', accepts: ['password'], check: (c) => accept((c as { username: string }).username) },
    ])
    for (const invisible of ['\u00ad', '\u061c', '\u200b', '\u200e', '\u200f', '\u2060', '\ufeff']) {
      expect((await portal.login(password(`ada${invisible}`, 'x'), 'echo')).status).toBe('refused')
    }
  })
})

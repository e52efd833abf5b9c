import { accept, type Checker, type Login, password, publickey, reject, totp } from '@gatewright/portal'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Avatars, echoPortal, knows } from '../cast.ts'

const NAMES = ['ada', 'bob'] as const
type Name = (typeof NAMES)[number]
const keyOf = (name: string) => ({ algorithm: 'ssh-ed25519', blob: Buffer.from(name) })

const passwords: Checker<'password'> = {
  name: 'passwords',
  accepts: ['password'],
  check: (c) => (c.password === `password of ${c.username}` ? accept(c.username) : reject('wrong')),
}
const keys: Checker<'publickey'> = {
  name: 'keys',
  accepts: ['publickey'],
  check: (c) => (Buffer.from(c.key.blob).equals(Buffer.from(c.username)) ? accept(c.username) : reject('wrong')),
}
const codes: Checker<'totp'> = {
  name: 'codes',
  accepts: ['totp'],
  check: ({ passcode, username }, { proofs }) => {
    const id = username ?? proofs[0]?.id
    return typeof id === 'string' && passcode === `code of ${id}` ? accept(id) : reject('wrong')
  },
}

const CREDENTIALS = {
  password: (name: Name, right: boolean) => password(name, right ? `password of ${name}` : 'guess'),
  publickey: (name: Name, right: boolean) => publickey(name, keyOf(right ? name : 'eve')),
  totp: (name: Name, right: boolean) => totp(right ? `code of ${name}` : '000000', name),
}
type Kind = keyof typeof CREDENTIALS
const ROWS = [
  ['publickey', 'totp'],
  ['password', 'totp'],
] as const

/** What one connection must be able to say of itself; nothing else may enter into the answer. */
interface Model {
  proven: Set<Kind>
  name: Name | undefined
  tries: number
}
const fresh = (): Model => ({ proven: new Set(), name: undefined, tries: 5 })

/** The rule for one credential: `start` begins a login anew, else the pending one goes on. */
function expected(model: Model, kind: Kind, name: Name, right: boolean): 'granted' | 'pending' | 'refused' {
  const proven = new Set(model.proven).add(kind)
  const within = ROWS.filter((row) => [...proven].every((one) => (row as readonly string[]).includes(one)))
  const sound =
    model.tries > 0 && right && !model.proven.has(kind) && (model.name ?? name) === name && within.length > 0
  if (!sound) {
    model.tries -= 1
    return 'refused'
  }
  const complete = within.some((row) => row.length === proven.size)
  Object.assign(model, complete ? { ...fresh(), tries: 0 } : { proven, name, tries: 5 })
  return complete ? 'granted' : 'pending'
}

const step = fc.record({
  connection: fc.nat(2),
  restart: fc.boolean(),
  kind: fc.constantFrom<Kind>('password', 'publickey', 'totp'),
  name: fc.constantFrom(...NAMES),
  right: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
})

afterEach(() => vi.useRealTimers())

const twoFactors = (options = {}) =>
  echoPortal([knows('ada', 'x'), codes], { require: [['password', 'totp']], ...options })
async function halfway(portal: ReturnType<typeof twoFactors>['portal']) {
  const login = await portal.login(password('ada', 'x'), 'echo')
  return login.status === 'pending' ? login : expect.unreachable(login.status)
}

describe('4. proven factors live in the login they were proven in: never under a user name, never shared', () => {
  it('agrees with the model over 50,000 random command sequences on three connections', {
    timeout: 120_000,
  }, async () => {
    const { portal } = echoPortal([passwords, keys, codes], { require: ROWS, observers: [] })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const pending: (Login<Avatars> | undefined)[] = [undefined, undefined, undefined]
        const models = [fresh(), fresh(), fresh()]
        for (const { connection, restart, kind, name, right } of steps) {
          const credential = CREDENTIALS[kind](name, right)
          const last = pending[connection]
          const goesOn = !restart && last?.status === 'pending'
          if (!goesOn) models[connection] = fresh()
          const login = await (goesOn ? last.next(credential) : portal.login(credential, 'echo'))
          expect(login.status).toBe(expected(models[connection] as Model, kind, name, right))
          if (login.status === 'granted') expect(login.id).toBe(name)
          // A wrong try leaves the same login pending; anything else takes its place.
          if (!(goesOn && login.status === 'refused')) pending[connection] = login
        }
      }),
      { numRuns: 50_000, seed: 4 },
    )
  })

  it('lists in `needs` only what still helps', async () => {
    const { portal } = echoPortal([passwords, keys, codes], {
      require: [
        ['publickey', 'totp'],
        ['password', 'totp'],
        ['password', 'publickey'],
      ],
    })
    const needs = async (kind: Kind) => {
      const login = await portal.login(CREDENTIALS[kind]('ada', true), 'echo')
      return login.status === 'pending' ? [...login.needs].sort() : login.status
    }
    expect(await needs('password')).toEqual(['publickey', 'totp'])
    expect(await needs('totp')).toEqual(['password', 'publickey'])
  })

  it('counts the same kind twice as one factor, without asking anybody', async () => {
    const check = vi.fn(() => accept('ada'))
    const checker: Checker<'password'> = { name: 'yes', accepts: ['password'], check }
    const { portal } = echoPortal([checker, codes], { require: [['password', 'totp']] })
    const login = await halfway(portal)
    expect((await login.next(password('ada', 'another'))).status).toBe('refused')
    expect(check).toHaveBeenCalledTimes(1)
  })

  it('refuses a second factor of another identity', async () => {
    const { portal, events } = twoFactors()
    const login = await halfway(portal)
    expect((await login.next(totp('code of bob', 'bob'))).status).toBe('refused')
    expect(events.at(-1)).toMatchObject({ type: 'login.finish', reason: 'this factor is of another identity' })
    expect((await login.next(totp('code of ada'))).status).toBe('granted')
  })

  it('shows a checker what this login has proven, and lets nobody add to it', async () => {
    const seen: unknown[] = []
    const nosy: Checker<'totp'> = {
      name: 'nosy',
      accepts: ['totp'],
      check: (_, attempt) => {
        seen.push(attempt.proofs)
        expect(() => (attempt.proofs as unknown[]).push({ id: 'root', kind: 'publickey' })).toThrow(TypeError)
        expect(() => Object.assign(attempt.proofs[0] as object, { id: 'root' })).toThrow(TypeError)
        return reject('looking only')
      },
    }
    const { portal } = echoPortal([knows('ada', 'x'), nosy], { require: [['password', 'totp']] })
    const login = await halfway(portal)
    await login.next(totp('1'))
    expect(seen).toMatchObject([[{ id: 'ada', kind: 'password' }]])
  })

  it('takes no proofs from the caller', async () => {
    const { portal } = twoFactors()
    const forged = { proofs: [{ id: 'ada', kind: 'totp', checker: 'codes', at: 0, facts: {} }] }
    expect((await portal.login(password('ada', 'x'), 'echo', forged as object)).status).toBe('pending')
  })

  it('ends a pending login at its deadline', async () => {
    vi.useFakeTimers()
    const { portal } = twoFactors({ pending: { deadlineMs: 1_000 } })
    const [inTime, late] = [await halfway(portal), await halfway(portal)]
    vi.advanceTimersByTime(999)
    expect((await inTime.next(totp('code of ada'))).status).toBe('granted')
    vi.advanceTimersByTime(1)
    expect((await late.next(totp('code of ada'))).status).toBe('refused')
  })

  it('ends a pending login after five wrong tries, and asks nobody about the sixth', async () => {
    const check = vi.fn((...asked: Parameters<typeof codes.check>) => codes.check(...asked))
    const { portal } = echoPortal([knows('ada', 'x'), { ...codes, check }], { require: [['password', 'totp']] })
    const login = await halfway(portal)
    for (let i = 0; i < 5; i++) expect((await login.next(totp('000000'))).status).toBe('refused')
    expect((await login.next(totp('code of ada'))).status).toBe('refused')
    expect(check).toHaveBeenCalledTimes(5)
  })

  it('ends a pending login with its signal, and with the portal', async () => {
    const { portal } = twoFactors()
    const client = new AbortController()
    const login = await portal.login(password('ada', 'x'), 'echo', { signal: client.signal })
    const other = await halfway(portal)
    client.abort()
    if (login.status !== 'pending') return expect.unreachable()
    await expect(login.next(totp('code of ada'))).rejects.toMatchObject({ code: 'ABORTED' })
    await portal.close()
    await expect(other.next(totp('code of ada'))).rejects.toMatchObject({ code: 'CLOSED' })
  })

  it('ends a pending login when the guard holds it back', async () => {
    let locked = false
    const guard = { admit: async () => (locked ? { retryAfterMs: 9_000 } : { settle: async () => {} }) }
    const { portal } = twoFactors({ guard })
    const login = await halfway(portal)
    locked = true
    expect(await login.next(totp('code of ada'))).toMatchObject({ status: 'refused', retryAfterMs: 9_000 })
    locked = false
    expect((await login.next(totp('code of ada'))).status).toBe('refused')
  })

  it('ends a pending login when it is given up, and asks nobody any more', async () => {
    const { portal, events } = twoFactors()
    const login = await halfway(portal)
    await login[Symbol.asyncDispose]()
    expect((await login.next(totp('code of ada'))).status).toBe('refused')
    expect(events.filter(({ type }) => type === 'login.step')).toHaveLength(1)
  })

  it('finishes a pending login once, however many right codes arrive together', async () => {
    const { portal } = twoFactors()
    const login = await halfway(portal)
    const ends = await Promise.all(Array.from({ length: 20 }, () => login.next(totp('code of ada'))))
    expect(ends.filter(({ status }) => status === 'granted')).toHaveLength(1)
    expect((await login.next(totp('code of ada'))).status).toBe('refused')
  })

  it('asks the guard about every factor', async () => {
    const settled: unknown[] = []
    const guard = {
      admit: async ({ kind }: { kind: string }) => ({
        settle: async (verdict: { outcome?: string } | 'fault') =>
          void settled.push([kind, verdict === 'fault' ? verdict : verdict.outcome]),
      }),
    }
    const { portal } = twoFactors({ guard })
    const login = await halfway(portal)
    await login.next(totp('000000'))
    await login.next(totp('code of ada'))
    expect(settled).toEqual([
      ['password', 'accept'],
      ['totp', 'reject'],
      ['totp', 'accept'],
    ])
  })
})

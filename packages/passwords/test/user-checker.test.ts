import { createPortal, type PasswordCredential, PortalError, password } from '@gatewright/portal'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { hash, hashingBudget, plain, type StoredUser, type UserSource, userChecker } from '../src/index.ts'
import { attempt, TRIVIAL, trivialHash } from './trivial.ts'

function sourceOf(users: Record<string, unknown>, more: Partial<UserSource> = {}): UserSource {
  const map = new Map(Object.entries(users))
  return { name: 'users', find: async (name) => map.get(name) as StoredUser | undefined, ...more }
}

/** What the checker answers, in one line, and how many derivations that took. */
async function outcomeOf(source: UserSource, ...credential: [username: string, password: string]) {
  const checker = userChecker(source)
  const before = hashingBudget.started
  let answer: string
  try {
    const verdict = await checker.check(password(...credential), attempt())
    answer =
      verdict.outcome === 'accept'
        ? `accept ${String(verdict.id)}`
        : verdict.outcome === 'reject'
          ? `reject ${verdict.reason}`
          : 'pass'
  } catch (error) {
    answer = `fault ${(error as PortalError).code ?? (error as Error).message}`
  }
  return { answer, derivations: hashingBudget.started - before }
}

describe('every password attempt costs exactly one derivation', () => {
  let right: string
  let other: string
  beforeAll(async () => {
    right = await trivialHash('sesame')
    other = await hash('sesame', TRIVIAL.scrypt)
  })

  const rows: [what: string, user: () => unknown, password: string, answer: string][] = [
    ['unknown', () => undefined, 'sesame', 'pass'],
    ['right', () => ({ id: 'ada', password: right }), 'sesame', 'accept ada'],
    ['wrong', () => ({ id: 'ada', password: right }), 'wrong', 'reject wrong password'],
    ['locked, right', () => ({ id: 'ada', password: right, blocked: 'locked' }), 'sesame', 'reject locked'],
    ['locked, wrong', () => ({ id: 'ada', password: right, blocked: 'locked' }), 'wrong', 'reject locked'],
    ['disabled', () => ({ id: 'ada', password: right, blocked: 'disabled' }), 'sesame', 'reject disabled'],
    ['expired', () => ({ id: 'ada', password: right, blocked: 'expired' }), 'sesame', 'reject expired'],
    ['must change', () => ({ id: 'ada', password: right, blocked: 'must-change' }), 'sesame', 'reject must-change'],
    ['no password stored', () => ({ id: 'ada' }), 'sesame', 'reject no password stored'],
    ['no password stored, and locked', () => ({ id: 'ada', blocked: 'locked' }), 'sesame', 'reject locked'],
    ['another scheme', () => ({ id: 'ada', password: other }), 'sesame', 'accept ada'],
    ['plain text', () => ({ id: 'ada', password: plain('sesame') }), 'sesame', 'accept ada'],
    ['plain text, wrong', () => ({ id: 'ada', password: plain('sesame') }), 'Sesame', 'reject wrong password'],
    ['unknown format', () => ({ id: 'ada', password: 'sesame' }), 'sesame', 'fault UNKNOWN_FORMAT'],
    ['empty stored string', () => ({ id: 'ada', password: '' }), 'x', 'fault UNKNOWN_FORMAT'],
    ['malformed', () => ({ id: 'ada', password: `${right}!` }), 'sesame', 'fault MALFORMED'],
    [
      'too costly',
      () => ({ id: 'ada', password: right.replace('m=8', 'm=2097152') }),
      'sesame',
      'fault COST_ABOVE_LIMIT',
    ],
    ['unknown format, and locked', () => ({ id: 'ada', password: '!', blocked: 'locked' }), '!', 'reject locked'],
    ['a password of no user', () => ({ id: 'ada', password: right }), '\ud800', 'reject wrong password'],
    ['the hash as password', () => ({ id: 'ada', password: right }), 'HASH', 'reject wrong password'],
  ]
  test.each(rows)('%s', async (_what, user, typed, answer) => {
    const source = sourceOf({ ada: user() })
    const outcome = await outcomeOf(source, 'ada', typed === 'HASH' ? right : typed)
    expect(outcome).toEqual({ answer, derivations: 1 })
  })

  test('over several sources too, whichever knows the user', async () => {
    const first = sourceOf({ ada: { id: 'ada', password: right } }, { name: 'first' })
    const second = sourceOf(
      { ada: { id: 'no', password: right }, bob: { id: 'bob', password: right } },
      { name: 'two' },
    )
    const checker = userChecker(first, second)
    expect(checker.name).toBe('users(first,two)')
    for (const [name, expected] of [
      ['ada', { outcome: 'accept', id: 'ada', facts: { source: 'first' } }],
      ['bob', { outcome: 'accept', id: 'bob', facts: { source: 'two' } }],
      ['eve', { outcome: 'pass' }],
    ] as const) {
      const before = hashingBudget.started
      expect(await checker.check(password(name, 'sesame'), attempt())).toMatchObject(expected)
      expect(hashingBudget.started - before).toBe(1)
    }
  })
})

describe('an unknown user costs what known ones do', () => {
  /** What the derivation for a name that nobody has holds in memory. */
  async function costOfUnknown(checker: ReturnType<typeof userChecker>): Promise<number> {
    const answer = checker.check(password('nobody', 'x'), attempt())
    let most = 0
    while (most === 0) {
      await new Promise((resolve) => setImmediate(resolve))
      most = hashingBudget.memoryBytes
    }
    await answer
    return most
  }

  test('by default what hash() makes', async () => {
    expect(await costOfUnknown(userChecker(sourceOf({})))).toBe(19_456 * 1024)
  })

  test('the last stored password that was seen, where there is no sample', async () => {
    const stored = await hash('sesame', { memory: 47 * 1024, passes: 1 })
    const checker = userChecker(sourceOf({ ada: { id: 'ada', password: stored } }))
    await checker.check(password('ada', 'wrong'), attempt())
    expect(await costOfUnknown(checker)).toBe(47 * 1024 * 1024)
  })

  test('a sample, asked once a minute and whoever logs in', async () => {
    const sample = await hash('x', { memory: 31 * 1024, passes: 2 })
    let asked = 0
    const source = sourceOf(
      { ada: { id: 'ada', password: await trivialHash('sesame') } },
      {
        sample: () => {
          asked++
          return sample
        },
      },
    )
    const checker = userChecker(source)
    await Promise.all(['ada', 'bob', 'ada'].map(async (name) => checker.check(password(name, 'x'), attempt())))
    expect(await costOfUnknown(checker)).toBe(31 * 1024 * 1024)
    expect(asked).toBe(1)
  })

  test('the costliest sample of several sources; one that cannot be derived from is nobody', async () => {
    const cheap = sourceOf({}, { name: 'cheap', sample: () => plain('x') })
    const dear = sourceOf({}, { name: 'dear', sample: async () => hash('x', { memory: 24 * 1024, passes: 2 }) })
    const broken = sourceOf({}, { name: 'broken', sample: () => 'no hash at all' })
    const empty = sourceOf({}, { name: 'empty', sample: () => undefined })
    expect(await costOfUnknown(userChecker(dear, cheap, broken, empty))).toBe(24 * 1024 * 1024)
  })

  test('a sample that throws or never comes keeps nobody out, now or later', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const users = { ada: { id: 'ada', password: await trivialHash('sesame') } }
      for (const sample of [() => Promise.reject(new Error('down')), () => new Promise<never>(() => {})]) {
        const asked = vi.fn(sample)
        const checker = userChecker(sourceOf(users, { sample: asked }))
        for (let login = 0; login < 3; login++) {
          const verdict = checker.check(password('ada', 'sesame'), attempt())
          await vi.advanceTimersByTimeAsync(1_000)
          expect(await verdict).toMatchObject({ outcome: 'accept' })
        }
        expect(asked).toHaveBeenCalledTimes(1)
      }
    } finally {
      vi.useRealTimers()
    }
  })

  test('closing the checker closes its sources, all of them', async () => {
    const closed: string[] = []
    const closing = (name: string, fails = false) =>
      sourceOf(
        {},
        { name, close: async () => (closed.push(name), fails ? Promise.reject(new Error('stuck')) : undefined) },
      )
    await expect(userChecker(closing('a', true), closing('b'), sourceOf({}, { name: 'c' })).close?.()).rejects.toThrow(
      AggregateError,
    )
    expect(closed).toEqual(['a', 'b'])
  })

  test('the password of the user whose hash serves as decoy lets nobody in under another name', async () => {
    const stored = await trivialHash('sesame')
    const checker = userChecker(sourceOf({ ada: { id: 'ada', password: stored }, bob: { id: 'bob' } }))
    await checker.check(password('ada', 'sesame'), attempt())
    expect(await checker.check(password('eve', 'sesame'), attempt())).toMatchObject({ outcome: 'pass' })
    expect(await checker.check(password('bob', 'sesame'), attempt())).toMatchObject({ outcome: 'reject' })
  })
})

describe('a source', () => {
  test("decides the id: the stored spelling, not the typed one; '__proto__' is an ordinary name", async () => {
    const stored = await trivialHash('sesame')
    const checker = userChecker({ name: 'folding', find: () => ({ id: 'Ada', password: stored }) })
    expect(await checker.check(password('ADA', 'sesame'), attempt())).toMatchObject({ id: 'Ada' })
    for (const name of ['__proto__', 'constructor', 'toString', 'then']) {
      expect(await outcomeOf(sourceOf({}), name, 'sesame')).toEqual({ answer: 'pass', derivations: 1 })
    }
  })

  test('that throws is a fault, and the next source is not asked', async () => {
    let asked = false
    const down = { name: 'down', find: () => Promise.reject(new Error('down')) }
    const next = { name: 'next', find: () => ((asked = true), undefined) }
    await expect(userChecker(down, next).check(password('ada', 'x'), attempt())).rejects.toThrow('down')
    expect(asked).toBe(false)
  })

  test('is asked with the attempt', async () => {
    const seen: unknown[] = []
    const one = attempt({ peer: { address: '192.0.2.1' } })
    const source: UserSource = { name: 'users', find: (...asked) => (seen.push(asked), undefined) }
    await userChecker(source).check(password('ada', 'x'), one)
    expect(seen).toEqual([['ada', one]])
  })

  const odd: [string, unknown][] = [
    ['null', null],
    ['true', true],
    ['a string', 'ada'],
    ['nothing in it', {}],
    ['an empty id', { id: '' }],
    ['a number for an id', { id: 1 }],
    ['a String object for an id', { id: new String('ada') }],
    ['a symbol for an id', { id: Symbol('ada') }],
    ['NULL for a password', { id: 'ada', password: null }],
    ['a Buffer for a password', { id: 'ada', password: Buffer.from('x') }],
    ['a boolean for blocked', { id: 'ada', blocked: true }],
    ['no for blocked', { id: 'ada', blocked: false }],
    ['another reason for blocked', { id: 'ada', blocked: 'toString' }],
    ['ha1 without a list', { id: 'ada', ha1: {} }],
    ['an empty ha1', { id: 'ada', ha1: [{ realm: 'r', algorithm: 'MD5', hash: '' }] }],
    ['a cut ha1', { id: 'ada', ha1: [{ realm: 'r', algorithm: 'SHA-256', hash: 'a'.repeat(63) }] }],
    ['no hexadecimal', { id: 'ada', ha1: [{ realm: 'r', algorithm: 'MD5', hash: 'g'.repeat(32) }] }],
    ['an ha1 of a session', { id: 'ada', ha1: [{ realm: 'r', algorithm: 'MD5-sess', hash: 'a'.repeat(32) }] }],
    ['a list', [{ id: 'ada' }]],
  ]
  test.each(odd)('that answers %s is a fault, never a login', async (_what, answer) => {
    const source = sourceOf({ ada: answer })
    const verdict = (async () => userChecker(source).check(password('ada', 'x'), attempt()))()
    const error: unknown = await verdict.catch((error: unknown) => error)
    expect(error).toMatchObject({ name: 'PasswordsError', code: 'BAD_SOURCE', hint: expect.any(String) })
    expect(String(error)).toContain("source 'users'")
  })

  test('that changes its answer after it was looked at changes nothing', async () => {
    const user = { id: 'ada', password: await trivialHash('sesame'), blocked: undefined as undefined | 'locked' }
    let reads = 0
    const moody = new Proxy(user, {
      get: (target, key) => {
        if (key === 'id') return reads++ === 0 ? 'ada' : 'root'
        return Reflect.get(target, key)
      },
    })
    expect(await outcomeOf(sourceOf({ ada: moody }), 'ada', 'sesame')).toMatchObject({ answer: 'accept ada' })
  })
})

describe('put together', () => {
  test('one source lends the checker its name', () => {
    expect(userChecker(sourceOf({})).name).toBe('users')
  })

  test('it accepts what its sources do', () => {
    const only = (name: string, ...accepts: ('password' | 'digest')[]) => sourceOf({}, { name, accepts })
    expect(userChecker(sourceOf({})).accepts).toEqual(['password', 'digest'])
    expect(userChecker(only('a', 'password')).accepts).toEqual(['password'])
    expect(userChecker(only('a', 'digest')).accepts).toEqual(['digest'])
    expect(userChecker(only('a', 'password'), only('b', 'digest')).accepts).toEqual(['password', 'digest'])
  })

  test.each<[string, UserSource[]]>([
    ['no source', []],
    ['two of one name', [sourceOf({}), sourceOf({})]],
    ['a nameless one', [sourceOf({}, { name: '' })]],
    ['one without find', [{ name: 'x' } as UserSource]],
    ['one that accepts nothing', [sourceOf({}, { accepts: [] })]],
    ['one that accepts what no source can', [sourceOf({}, { accepts: ['totp' as 'password'] })]],
  ])('is refused with %s', (_what, sources) => {
    expect(() => userChecker(...sources)).toThrow(
      expect.objectContaining({ name: 'PortalError', code: 'BAD_CONFIGURATION', hint: expect.any(String) }),
    )
  })

  test('the portal sees denials as denials and faults as faults', async () => {
    const source = sourceOf({
      ada: { id: 'ada', password: await trivialHash('sesame') },
      old: { id: 'old', password: '$md4$salt$hash' },
    })
    await using portal = createPortal({ realm: { desk: (id) => ({ id }) }, checkers: [userChecker(source)] })
    expect(await portal.login(password('ada', 'sesame'), 'desk')).toMatchObject({ status: 'granted', id: 'ada' })
    expect(await portal.login(password('ada', 'wrong'), 'desk')).toMatchObject({ status: 'refused' })
    expect(await portal.login(password('eve', 'sesame'), 'desk')).toMatchObject({ status: 'refused' })
    await expect(portal.login(password('old', 'hash'), 'desk')).rejects.toMatchObject({
      code: 'CHECKER_UNAVAILABLE',
      cause: { code: 'UNKNOWN_FORMAT' },
    })
  })

  test('a storm ends in answers and OVERLOADED, never in more at once than the budget allows', async () => {
    const checker = userChecker(sourceOf({ ada: { id: 'ada', password: await trivialHash('sesame') } }))
    const { threads, queueLimit } = hashingBudget.limits
    const attempts = Array.from({ length: threads + queueLimit + 50 }, () =>
      Promise.resolve(checker.check(password('ada', 'sesame'), attempt())).then(
        (verdict) => verdict.outcome,
        (error: unknown) => (error instanceof PortalError ? error.code : error),
      ),
    )
    await new Promise((resolve) => setImmediate(resolve))
    expect(hashingBudget.running).toBeLessThanOrEqual(threads)
    const ends = await Promise.all(attempts)
    expect(ends.filter((end) => end === 'OVERLOADED').length).toBeGreaterThan(0)
    expect(new Set(ends)).toEqual(new Set(['accept', 'OVERLOADED']))
    expect(hashingBudget).toMatchObject({ running: 0, queued: 0, memoryBytes: 0 })
  })

  test('a client that leaves while it waits costs nothing', async () => {
    const checker = userChecker(sourceOf({}))
    const leaving = new AbortController()
    const others = Array.from({ length: hashingBudget.limits.threads + 2 }, () => hash('x'))
    const before = hashingBudget.dropped
    const answer = Promise.resolve(checker.check(password('ada', 'x'), attempt({ signal: leaving.signal })))
    leaving.abort()
    await expect(answer).rejects.toMatchObject({ code: 'ABORTED' })
    expect(hashingBudget.dropped - before).toBe(1)
    await Promise.all(others)
  })

  test('hand-written credentials with odd passwords are refused, not thrown at', async () => {
    const checker = userChecker(sourceOf({ ada: { id: 'ada', password: await trivialHash('undefined') } }))
    for (const odd of [undefined, null, 0, {}, [], '', { toString: () => 'undefined' }]) {
      const credential = { kind: 'password', username: 'ada', password: odd } as unknown as PasswordCredential
      expect(await checker.check(credential, attempt())).toMatchObject({ outcome: 'reject' })
    }
  })
})

import { inspect } from 'node:util'
import { hash } from '@gatewright/passwords'
import { createPortal, PortalError, password } from '@gatewright/portal'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type SqlExecutor, type SqlResult, sqlChecker, sqlUsers } from '../src/index.ts'
import { attempt } from './attempt.ts'

const stored = await hash('sesame')
const stale = await hash('sesame', { memory: 64, passes: 1, allowWeak: true })
const fault = (code: string) => expect.objectContaining({ name: 'SqlError', code })
const silence = () => new Promise<SqlResult>(() => {})
const executor = (query: SqlExecutor['query']): SqlExecutor => ({ placeholder: 'question', query })
const usersOf = (query: SqlExecutor['query'], options: object = {}) =>
  sqlUsers({ database: executor(query), table: 'users', ...options })

describe('a deadline', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('ends every wait: after 1,500 ms, or as long as was said', async () => {
    for (const [options, ms] of [
      [{}, 1_500],
      [{ deadlineMs: 20 }, 20],
    ] as const) {
      const users = usersOf(silence, options)
      const calls = [
        users.find('ada', attempt()),
        users.sample?.(),
        users.replacePassword?.('ada', stored, 'next'),
      ].map((call) => Promise.resolve(call).catch((error: unknown) => error))
      let settled = 0
      for (const call of calls) void call.then(() => settled++)
      await vi.advanceTimersByTimeAsync(ms - 1)
      expect(settled).toBe(0)
      await vi.advanceTimersByTimeAsync(1)
      for (const call of calls) expect(await call).toEqual(fault('DEADLINE'))
      expect(vi.getTimerCount()).toBe(0)
    }
  })

  test('tells the executor, which can then give its connection up', async () => {
    let signal: AbortSignal | undefined
    const users = usersOf((_text, _params, given) => {
      signal = given
      return silence()
    })
    const found = users.find('ada', attempt()).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(1_499)
    expect(signal?.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(signal?.aborted).toBe(true)
    expect(signal?.reason).toBe(await found)
  })

  test('drops what comes after it, answers and errors', async () => {
    const row = { username: 'ada', password: stored }
    for (const late of [
      (resolve: (result: SqlResult) => void) => resolve({ rows: [row], affected: 0 }),
      (_resolve: unknown, reject: (error: Error) => void) => reject(new Error('too late')),
    ]) {
      const users = usersOf(
        () => new Promise<SqlResult>((resolve, reject) => setTimeout(() => late(resolve, reject), 2_000)),
      )
      const found = users.find('ada', attempt()).catch((error: unknown) => error)
      await vi.advanceTimersByTimeAsync(3_000)
      expect(await found).toEqual(fault('DEADLINE'))
    }
  })

  test('leaves no timer behind when the answer comes', async () => {
    const users = usersOf(async () => ({ rows: [], affected: 0 }))
    for (let i = 0; i < 10; i++) await users.find('ada', attempt())
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('a client that leaves', () => {
  test('before it asked, asks nothing', async () => {
    const query = vi.fn(silence)
    await expect(usersOf(query).find('ada', attempt(AbortSignal.abort()))).rejects.toThrow(fault('ABORTED'))
    expect(query).not.toHaveBeenCalled()
  })

  test('is let go at once; the statement goes on to its end or its deadline', async () => {
    vi.useFakeTimers()
    try {
      const controller = new AbortController()
      let signal: AbortSignal | undefined
      const users = usersOf((_text, _params, given) => {
        signal = given
        return silence()
      })
      const found = users.find('ada', attempt(controller.signal)).catch((error: unknown) => error)
      await vi.advanceTimersByTimeAsync(100)
      controller.abort()
      expect(await found).toEqual(fault('ABORTED'))
      expect(signal?.aborted).toBe(false)
      await vi.advanceTimersByTimeAsync(1_400)
      expect(signal?.aborted).toBe(true)
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('what an executor may do', () => {
  test.each<[string, SqlExecutor['query'], string]>([
    [
      'throw at once',
      () => {
        throw new Error('boom')
      },
      'UNAVAILABLE',
    ],
    ['reject', () => Promise.reject(new Error('boom')), 'UNAVAILABLE'],
    ['reject with nothing', () => Promise.reject(undefined), 'UNAVAILABLE'],
    ['reject with a text', () => Promise.reject('boom'), 'UNAVAILABLE'],
    ['answer nothing', async () => undefined as never, 'BAD_ANSWER'],
    ['answer null', async () => null as never, 'BAD_ANSWER'],
    ['answer a list', async () => [] as never, 'BAD_ANSWER'],
    ['answer true', async () => true as never, 'BAD_ANSWER'],
    ['answer without rows', async () => ({ affected: 0 }) as never, 'BAD_ANSWER'],
    ['answer without affected', async () => ({ rows: [] }) as never, 'BAD_ANSWER'],
    ['affect -1 rows', async () => ({ rows: [], affected: -1 }), 'BAD_ANSWER'],
    ['affect half a row', async () => ({ rows: [], affected: 0.5 }), 'BAD_ANSWER'],
    ['affect NaN rows', async () => ({ rows: [], affected: Number.NaN }), 'BAD_ANSWER'],
    ["affect '1' rows", async () => ({ rows: [], affected: '1' }) as never, 'BAD_ANSWER'],
  ])('%s: a fault, of every call', async (_what, query, code) => {
    const users = usersOf(query)
    await expect(users.find('ada', attempt())).rejects.toThrow(fault(code))
    await expect(users.sample?.()).rejects.toThrow(fault(code))
    await expect(users.replacePassword?.('ada', stored, 'next')).rejects.toThrow(fault(code))
  })

  test('say that it is overloaded, in the words of the portal', async () => {
    const busy = new PortalError('OVERLOADED', 'busy', { retryAfterMs: 100 })
    await expect(usersOf(() => Promise.reject(busy)).find('ada', attempt())).rejects.toBe(busy)
  })

  test('not scribble on what it was asked', async () => {
    const texts: string[] = []
    const users = usersOf(async (text, params) => {
      texts.push(`${text} ${params.join()}`)
      ;(params as string[])[0] = 'eve'
      ;(params as string[]).push('more')
      return { rows: [{ username: 'ada', password: stored }], affected: 0 }
    })
    for (let i = 0; i < 2; i++) expect((await users.find('ada', attempt()))?.id).toBe('ada')
    expect(new Set(texts).size).toBe(1)
  })

  test('throw what holds secrets, of which nothing is shown', async () => {
    const canaries = ['canary-row', 'canary-client', stored, 'canary-next']
    const error = Object.assign(new Error(`failed with ${stored} and canary-next\nDETAIL: canary-row`), {
      code: '23514',
      detail: 'Failing row contains (canary-row)',
      client: { password: 'canary-client' },
      sql: `UPDATE ${stored}`,
    })
    const users = usersOf(() => Promise.reject(error))
    const thrown = await users.replacePassword?.('1', stored, 'canary-next').catch((caught: unknown) => caught)
    expect(thrown).toEqual(fault('UNAVAILABLE'))
    const shown = inspect(thrown, { depth: 9, showHidden: true }) + JSON.stringify(thrown)
    for (const canary of canaries) expect(shown).not.toContain(canary)
    expect(shown).toContain('23514')
  })

  test('fail at two addresses, of which the first is told', async () => {
    const error = new AggregateError(
      [Object.assign(new Error('connect ECONNREFUSED ::1:5432'), {}), new Error('x')],
      '',
    )
    await expect(usersOf(() => Promise.reject(error)).find('ada', attempt())).rejects.toThrow(/ECONNREFUSED ::1:5432/)
  })
})

describe('an update', () => {
  const affecting = (affected: number) => usersOf(async () => ({ rows: [], affected }))

  test('of no row replaced nothing, of one row that one, of more is a fault', async () => {
    expect(await affecting(0).replacePassword?.('1', stored, 'next')).toBe(false)
    expect(await affecting(1).replacePassword?.('1', stored, 'next')).toBe(true)
    await expect(affecting(2).replacePassword?.('1', stored, 'next')).rejects.toThrow(fault('AMBIGUOUS'))
  })

  test('is offered where it was not forbidden, and a sample where there are passwords', () => {
    const query = async () => ({ rows: [], affected: 0 })
    const own = { database: executor(query), query: 'SELECT ?' }
    const ha1 = [{ realm: 'desk', algorithm: 'MD5', column: 'h' }] as const
    const has = (users: object) => ['replacePassword', 'sample'].map((name) => name in users)
    expect(has(usersOf(query))).toEqual([true, true])
    expect(has(usersOf(query, { update: false }))).toEqual([false, true])
    expect(has(usersOf(query, { columns: { ha1 } }))).toEqual([false, false])
    expect(has(sqlUsers(own))).toEqual([false, false])
    expect(has(sqlUsers({ ...own, update: 'UPDATE t SET p = ? WHERE i = ? AND p = ?' }))).toEqual([true, false])
    expect(has(sqlUsers({ ...own, sampleQuery: 'SELECT password FROM t LIMIT 1' }))).toEqual([false, true])
    expect(usersOf(query, { columns: { ha1 } }).accepts).toEqual(['digest'])
    expect(usersOf(query, { columns: { ha1, password: 'p' } }).accepts).toEqual(['password', 'digest'])
    expect(usersOf(query).accepts).toEqual(['password'])
  })
})

/** A table of one user, in memory; enough of SQL for every statement that a source says. */
function tableOf(password: string): { readonly query: SqlExecutor['query']; password: string } {
  const table = {
    password,
    query: async (text: string, params: readonly string[]): Promise<SqlResult> => {
      if (text.startsWith('UPDATE')) {
        const [next = '', id, previous] = params
        const hit = id === 'ada' && previous === table.password
        if (hit) table.password = next
        return { rows: [], affected: hit ? 1 : 0 }
      }
      const hit = params.length === 0 || params[0] === 'ada'
      return { rows: hit ? [{ username: 'ada', password: table.password }] : [], affected: 0 }
    },
  }
  return table
}

const FAULTS: Readonly<Record<string, SqlExecutor['query']>> = {
  error: () => Promise.reject(new Error('connection reset')),
  hang: silence,
  empty: async () => ({ rows: [], affected: 0 }),
  nonsense: async () => 'yes' as never,
}

describe('when the Nth statement of a login fails', () => {
  const CALLS = 4 // sample, find, update, read again

  test(`a login with a stale hash says ${CALLS} statements`, async () => {
    const table = tableOf(stale)
    const query = vi.fn(table.query)
    const checker = sqlChecker({ database: executor(query), table: 'users' })
    expect(await checker.check(password('ada', 'sesame'), attempt())).toMatchObject({
      outcome: 'accept',
      facts: { rehash: 'done' },
    })
    expect(query).toHaveBeenCalledTimes(CALLS)
  })

  const cases = Object.keys(FAULTS).flatMap((kind) => Array.from({ length: CALLS }, (_, n) => [kind, n + 1] as const))
  test.each(cases)('%s at %i: no accept of the wrong, no half state, and well again', async (kind, n) => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const table = tableOf(stale)
    let calls = 0
    const database = executor((...said) => (++calls === n ? FAULTS[kind] : table.query)?.(...said) ?? silence())
    const checker = sqlChecker({ database, table: 'users', deadlineMs: 30 })
    const portal = createPortal({ realm: { desk: (id) => id }, checkers: [checker] })
    const outcome = await portal.login(password('ada', 'sesame'), 'desk').then(
      ({ status }) => status,
      (error: unknown) => (error instanceof PortalError ? error.code : error),
    )
    // An empty answer to the look-up is what an unknown user looks like; the sample and the replacement decide nothing.
    const decisive = n === 2
    expect(outcome).toBe(!decisive ? 'granted' : kind === 'empty' ? 'refused' : 'CHECKER_UNAVAILABLE')
    // Either hash is whole, and of the same password.
    expect(table.password === stale || table.password.startsWith('$argon2id$v=19$m=19456')).toBe(true)
    expect((await portal.login(password('ada', 'wrong'), 'desk')).status).toBe('refused')
    expect((await portal.login(password('ada', 'sesame'), 'desk')).status).toBe('granted')
    await portal.close()
    warned.mockRestore()
  })

  test.each(Object.keys(FAULTS))('%s at every statement lets nobody in', async (kind) => {
    const checker = sqlChecker({ database: executor(FAULTS[kind] ?? silence), table: 'users', deadlineMs: 10 })
    const verdict = await Promise.resolve(checker.check(password('ada', 'sesame'), attempt())).catch(() => 'fault')
    expect(verdict).toEqual(kind === 'empty' ? expect.objectContaining({ outcome: 'pass' }) : 'fault')
  })
})

test('close() closes the executor that has an end, and no other', async () => {
  const close = vi.fn(async () => {})
  const query = async () => ({ rows: [], affected: 0 })
  await sqlChecker({ database: { ...executor(query), close }, table: 'users' }).close?.()
  expect(close).toHaveBeenCalledTimes(1)
  await sqlUsers({ database: executor(query), table: 'users' }).close()
})

describe('options that could not work are refused at once', () => {
  const database = executor(silence)
  const dollar: SqlExecutor = { ...database, placeholder: 'dollar' }
  test.each<[string, unknown]>([
    ['none', undefined],
    ['no database', { table: 'users' }],
    ['a pool in place of an executor', { database: { query: silence }, table: 'users' }],
    ['an unknown placeholder', { database: { ...database, placeholder: 'colon' }, table: 'users' }],
    ['neither table nor query', { database }],
    ['both', { database, table: 'users', query: 'SELECT ?' }],
    ['a misspelt option', { database, table: 'users', deadline: 5 }],
    ['a misspelt column', { database, table: 'users', columns: { user: 'name' } }],
    ['columns in a list', { database, table: 'users', columns: ['name'] }],
    ['an empty name', { database, table: 'users', name: '' }],
    ['caseFold as a text', { database, table: 'users', caseFold: 'false' }],
    ['no time at all', { database, table: 'users', deadlineMs: 0 }],
    ['endless time', { database, table: 'users', deadlineMs: Number.POSITIVE_INFINITY }],
    ['more time than a timer has', { database, table: 'users', deadlineMs: 2 ** 31 }],
    ['an empty query', { database, query: '' }],
    ['a query without its parameter', { database, query: 'SELECT * FROM users' }],
    ['a query with two parameters', { database, query: 'SELECT * FROM users WHERE a = ? OR b = ?' }],
    ['a query with the name filter of another dialect', { database, query: 'SELECT * FROM users WHERE a = $1' }],
    ['a query with ? for PostgreSQL', { database: dollar, query: 'SELECT * FROM users WHERE a = ?' }],
    ['a query with $2', { database: dollar, query: 'SELECT * FROM users WHERE a = $1 AND b = $2' }],
    ['a query that is none', { database, query: 5 }],
    ['an update without comparison', { database, table: 'users', update: 'UPDATE users SET p = ? WHERE id = ?' }],
    ['an update that is true', { database, table: 'users', update: true }],
    ['a sample with a parameter', { database, table: 'users', sampleQuery: 'SELECT ?' }],
    [
      'an update without a password column',
      {
        database,
        query: 'SELECT ?',
        update: 'UPDATE t SET p = ? WHERE i = ? AND p = ?',
        columns: { ha1: [{ realm: 'r', algorithm: 'MD5', column: 'h' }] },
      },
    ],
    ['no HA1 in a list of them', { database, table: 'users', columns: { ha1: [] } }],
    [
      'an HA1 of no realm',
      { database, table: 'users', columns: { ha1: [{ realm: '', algorithm: 'MD5', column: 'h' }] } },
    ],
    [
      'an HA1 by SHA-1',
      { database, table: 'users', columns: { ha1: [{ realm: 'r', algorithm: 'SHA-1', column: 'h' }] } },
    ],
    [
      'an HA1 with more',
      { database, table: 'users', columns: { ha1: [{ realm: 'r', algorithm: 'MD5', column: 'h', x: 1 }] } },
    ],
  ])('%s', (_what, options) => {
    for (const make of [sqlUsers, sqlChecker]) {
      expect(() => make(options as never)).toThrow(
        expect.objectContaining({ name: 'PortalError', code: 'BAD_CONFIGURATION' }),
      )
    }
  })

  test('and what works is not', () => {
    expect(sqlUsers({ database: dollar, query: 'SELECT * FROM u WHERE a = $1 OR b = $1' }).name).toBe('sql')
    expect(sqlChecker({ database, table: 'app.users', name: 'staff' }).name).toBe('staff')
  })
})

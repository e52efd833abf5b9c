import { hash, verify } from '@gatewright/passwords'
import { type Checker, password, type Verdict } from '@gatewright/portal'
import { expect, test } from 'vitest'
import { type SqlExecutor, sqlChecker, sqlUsers } from '../src/index.ts'
import { attempt } from './attempt.ts'
import { addUsers, type Engine, onEveryEngine, type Scratch, scratchFor, USERS_TABLE } from './engines.ts'

const stale = await hash('sesame', { memory: 64, passes: 1, allowWeak: true })
const fresh = await hash('sesame')

/** The statements that change something, and how many rows they did. */
function counting(executor: SqlExecutor): { readonly database: SqlExecutor; readonly changed: number[] } {
  const changed: number[] = []
  return {
    changed,
    database: {
      placeholder: executor.placeholder,
      async query(text, params, signal) {
        const result = await executor.query(text, params, signal)
        if (text.startsWith('UPDATE')) changed.push(result.affected)
        return result
      },
    },
  }
}

async function loginAll(checkers: readonly Checker[], times: number): Promise<readonly Verdict[]> {
  const verdicts: Promise<Verdict>[] = []
  for (let i = 0; i < times; i++) {
    const checker = checkers[i % checkers.length]
    if (checker) verdicts.push(Promise.resolve(checker.check(password('ada', 'sesame'), attempt())))
    // In crowds: 500 at once are more than the hashing queue takes.
    if (i % 40 === 39) await Promise.all(verdicts)
  }
  return await Promise.all(verdicts)
}

async function storedOf({ run }: Scratch, id = '1'): Promise<unknown> {
  const [row] = await run('SELECT password FROM users WHERE id = ?', [id])
  return row?.password
}

onEveryEngine('rehash', (engine: Engine) => {
  const scratch = scratchFor(engine, async (made) => {
    await made.run(USERS_TABLE)
    await addUsers(made, [
      { id: '1', username: 'ada', password: stale },
      { id: '2', username: 'bob', password: stale },
    ])
    await made.run('CREATE TABLE numbered (id INTEGER PRIMARY KEY, username VARCHAR(50), password TEXT)')
    await made.run('INSERT INTO numbered (id, username, password) VALUES (?, ?, ?)', [7, 'ada', stale])
    await made.run('INSERT INTO numbered (id, username, password) VALUES (?, ?, ?)', [8, 'bob', stale])
    await made.run('CREATE TABLE named (username VARCHAR(50), password TEXT)')
    await made.run('INSERT INTO named (username, password) VALUES (?, ?)', ['ada', stale])
  })

  // 10 ms of Argon2id each; elsewhere the same code runs, and the next test is the harder one.
  const logins = engine.dialect === 'postgres' ? 500 : 100

  test(`${logins} logins through two checkers at the same time replace a stale hash exactly once`, {
    timeout: 180_000,
  }, async () => {
    const { database, changed } = counting((await scratch()).executor)
    const options = { database, table: 'users', columns: { id: 'id' }, deadlineMs: 20_000 } as const
    const verdicts = await loginAll([sqlChecker(options), sqlChecker(options)], logins)
    expect(verdicts.filter(({ outcome }) => outcome === 'accept')).toHaveLength(logins)
    const rehashes = verdicts.flatMap((verdict) => (verdict.outcome === 'accept' ? (verdict.facts.rehash ?? []) : []))
    expect(rehashes.filter((how) => how === 'done')).toHaveLength(1)
    expect(changed.filter((rows) => rows === 1)).toHaveLength(1)
    expect(changed.every((rows) => rows <= 1)).toBe(true)
    expect(await verify(String(await storedOf(await scratch())), 'sesame')).toBe('match')
    expect(await storedOf(await scratch(), '2')).toBe(stale)
  })

  test('of 500 who replace a hash at the same time one is told that it did', async () => {
    const { executor: database, run } = await scratch()
    const users = [1, 2].map(() => sqlUsers({ database, table: 'users', columns: { id: 'id' }, deadlineMs: 20_000 }))
    const offers = Array.from({ length: 500 }, (_, i) => `offer ${i}`)
    const taken = await Promise.all(offers.map(async (next, i) => users[i % 2]?.replacePassword?.('2', stale, next)))
    expect(taken.filter((won) => won === true)).toHaveLength(1)
    expect(taken.filter((won) => won === false)).toHaveLength(499)
    expect(await storedOf(await scratch(), '2')).toBe(offers[taken.indexOf(true)])
    await run('UPDATE users SET password = ? WHERE id = ?', [stale, '2'])
  })

  test.each([
    ['numbered', { id: 'id' }],
    ['named', {}],
  ] as const)('a user of the table %s is told from the others', async (table, columns) => {
    const { executor: database, run } = await scratch()
    const users = sqlUsers({ database, table, columns })
    const { id = '' } = (await users.find('ada', attempt())) ?? {}
    expect(id).toBe(table === 'numbered' ? '7' : 'ada')
    expect(await users.replacePassword?.(id, stale, fresh)).toBe(true)
    expect(await users.replacePassword?.(id, stale, 'another')).toBe(false)
    const rows = await run(`SELECT password FROM ${table} ORDER BY username`)
    expect(rows.map((row) => row.password)).toEqual(table === 'numbered' ? [fresh, stale] : [fresh])
  })

  test('a statement of the own replaces too', async () => {
    const { executor: database } = await scratch()
    const [a, b, c] = engine.dialect === 'postgres' ? ['$1', '$2', '$3'] : ['?', '?', '?']
    const users = sqlUsers({
      database,
      query: `SELECT id, username, password FROM users WHERE username = ${a}`,
      update: `UPDATE users SET password = ${a} WHERE id = ${b} AND password = ${c}`,
      sampleQuery: 'SELECT password FROM users LIMIT 1',
      columns: { id: 'id' },
    })
    expect(await users.replacePassword?.('2', fresh, 'x')).toBe(false)
    expect(await users.replacePassword?.('2', stale, fresh)).toBe(true)
    expect((await users.find('bob', attempt()))?.password).toBe(fresh)
    expect(await users.sample?.()).toEqual(expect.stringContaining('$argon2id$'))
  })
})

onEveryEngine('a column that is too short for a new hash', (engine) => {
  const scratch = scratchFor(engine, async (made) => {
    await made.run('CREATE TABLE users (id VARCHAR(9), username VARCHAR(50), password VARCHAR(95))')
    await made.run('INSERT INTO users (id, username, password) VALUES (?, ?, ?)', ['1', 'ada', stale])
  })

  /** A session in which MariaDB cuts what is too long, as old servers do by default. */
  function lenient(executor: SqlExecutor): SqlExecutor {
    if (engine.dialect !== 'mariadb') return executor
    return {
      placeholder: executor.placeholder,
      async query(text, params, signal) {
        // For one statement only, so that no other connection of the pool has to be told.
        const said = text.startsWith('UPDATE') ? `SET STATEMENT sql_mode = '' FOR ${text}` : text
        return await executor.query(said, params, signal)
      },
    }
  }

  test('locks nobody out, even where the server cuts without a word', async () => {
    const { executor } = await scratch()
    expect(stale.length).toBeLessThan(96)
    expect(fresh.length).toBeGreaterThan(95)
    const users = sqlUsers({ database: lenient(executor), table: 'users', columns: { id: 'id' } })
    const outcome = await users.replacePassword?.('1', stale, fresh).catch((error: unknown) => error)
    const code = { sqlite: undefined, postgres: 'UNAVAILABLE', mariadb: 'TRUNCATED' }[engine.dialect]
    // SQLite does not mind lengths.
    if (code === undefined) expect(outcome).toBe(true)
    else expect(outcome).toMatchObject({ code })
    expect(await storedOf(await scratch())).toBe(code === undefined ? fresh : stale)
  })
})

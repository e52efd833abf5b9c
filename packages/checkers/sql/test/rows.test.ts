import { hash } from '@gatewright/passwords'
import { password } from '@gatewright/portal'
import { describe, expect, test } from 'vitest'
import { fromSqlite, type SqlExecutor, type SqlUsersOptions, sqlChecker, sqlUsers } from '../src/index.ts'
import { attempt } from './attempt.ts'
import { addUsers, onEveryEngine, scratchFor, USERS_TABLE } from './engines.ts'

const stored = await hash('sesame')
const fault = (code: string) => expect.objectContaining({ name: 'SqlError', code })

/** An executor that answers with these rows, whatever it is asked. */
const answering = (rows: unknown): SqlExecutor => ({
  placeholder: 'question',
  query: async () => ({ rows: rows as Record<string, unknown>[], affected: 0 }),
})

const withColumns = { query: 'SELECT ?', columns: { id: 'id', blocked: 'blocked' } } as const
const row = { username: 'ada', password: stored, id: 'ada-1', blocked: null }
const find = (rows: unknown, options: object = withColumns) =>
  sqlUsers({ database: answering(rows), ...options } as SqlUsersOptions).find('ada', attempt())

describe('a row', () => {
  test('is a user', async () => {
    expect(await find([row])).toEqual({ id: 'ada-1', password: stored })
    expect(await find([Object.assign(Object.create(null), row)])).toEqual({ id: 'ada-1', password: stored })
    expect(await find([])).toBeUndefined()
  })

  test.each([null, ''])('whose password is %j has none, and cannot log in by one', async (none) => {
    expect(await find([{ ...row, password: none }])).toEqual({ id: 'ada-1' })
    const database = answering([{ ...row, password: none }])
    const checker = sqlChecker({ database, ...withColumns })
    for (const typed of ['sesame', 'null', 'undefined', ' ']) {
      const verdict = await checker.check(password('ada', typed), attempt())
      expect(verdict).toMatchObject({ outcome: 'reject', reason: 'no password stored' })
    }
  })

  test.each<[string, unknown]>([
    ['a number', 5],
    ['a bigint', 5n],
    ['true', true],
    ['undefined', undefined],
    ['a Buffer', Buffer.from(stored)],
    ['a Uint8Array', new TextEncoder().encode(stored)],
    ['a Date', new Date(0)],
    ['an object', { toString: () => stored }],
    ['an array', [stored]],
    ['a String object', Object(stored)],
    ['10 MB', 'x'.repeat(10_000_000)],
    ['4,097 characters', 'x'.repeat(4_097)],
    ['a function', () => stored],
    ['a symbol', Symbol('x')],
  ])('whose password is %s is a fault that shows nothing of it', async (_what, value) => {
    const error = await find([{ ...row, password: value }]).catch((thrown: unknown) => thrown)
    expect(error).toEqual(fault('BAD_ROW'))
    expect(String(error)).toContain("'password'")
    expect(String(error).length).toBeLessThan(200)
    expect(String(error)).not.toContain(stored)
  })

  test.each(['username', 'password', 'id', 'blocked'])('without its column %s is a fault', async (column) => {
    const { [column]: _gone, ...rest } = row as Record<string, unknown>
    await expect(find([rest])).rejects.toThrow(fault('BAD_ROW'))
    // What it inherits is not what it has.
    await expect(find([Object.assign(Object.create(row), rest)])).rejects.toThrow(fault('BAD_ROW'))
  })

  test.each(['constructor', '__proto__', 'toString'])('has no column %s by nature', async (column) => {
    const { username: _gone, ...rest } = row
    await expect(find([rest], { query: 'SELECT ?', columns: { username: column } })).rejects.toThrow(fault('BAD_ROW'))
  })

  test('may have a column __proto__, which is one like any other', async () => {
    const odd = Object.create(null)
    Object.defineProperty(odd, '__proto__', { value: 'ada', enumerable: true })
    odd.password = stored
    expect(await find([odd], { query: 'SELECT ?', columns: { username: '__proto__' } })).toEqual({
      id: 'ada',
      password: stored,
    })
    const shadow = JSON.parse(`{"__proto__": {"username": "ada", "password": "x"}}`)
    await expect(find([shadow], { query: 'SELECT ?' })).rejects.toThrow(fault('BAD_ROW'))
  })

  test.each([null, 5, 5n, true, Buffer.from('ada'), {}])('whose name is %s is a fault', async (username) => {
    await expect(find([{ ...row, username }])).rejects.toThrow(fault('BAD_ROW'))
  })

  test.each(['Ada', 'ADA', 'ada ', 'a', '', 'adä', 'a\u200bda'])(
    'whose name is %j is somebody else',
    async (username) => {
      expect(await find([{ ...row, username }])).toBeUndefined()
    },
  )

  test('is one of one: two are a fault, whatever is in them', async () => {
    await expect(find([row, row])).rejects.toThrow(fault('AMBIGUOUS'))
    await expect(find([row, { ...row, username: 'Ada' }])).rejects.toThrow(fault('AMBIGUOUS'))
  })

  test.each([[null], [undefined], ['rows'], [[null]], [[undefined]], [['ada']], [[[row]]], [{ 0: row, length: 1 }]])(
    'that is none is a fault: %j',
    async (rows) => {
      await expect(find(rows)).rejects.toThrow(fault('BAD_ANSWER'))
    },
  )

  test.each<[unknown, string]>([
    ['7', '7'],
    [7, '7'],
    [7n, '7'],
    [-7, '-7'],
    [-0, '0'],
    [2 ** 53 - 1, '9007199254740991'],
    [2n ** 63n, '9223372036854775808'],
    ['007', '007'],
  ])('gives the id %s as one canonical text', async (id, text) => {
    expect((await find([{ ...row, id }]))?.id).toBe(text)
  })

  test.each([null, '', 2 ** 53, 1.5, Number.NaN, Number.POSITIVE_INFINITY, true, {}, Buffer.from('7')])(
    'with the id %s is a fault, and never somebody',
    async (id) => {
      await expect(find([{ ...row, id }])).rejects.toThrow(fault('BAD_ROW'))
    },
  )

  test.each<[unknown, string | undefined]>([
    [null, undefined],
    [false, undefined],
    [0, undefined],
    [0n, undefined],
    [true, 'disabled'],
    [1, 'disabled'],
    [1n, 'disabled'],
    ['locked', 'locked'],
    ['expired', 'expired'],
    ['disabled', 'disabled'],
    ['must-change', 'must-change'],
  ])('that is blocked by %s is blocked: %s', async (blocked, reason) => {
    expect((await find([{ ...row, blocked }]))?.blocked).toBe(reason)
  })

  test.each(['', 'no', 'LOCKED', '0', 2, -1, Buffer.from([0]), {}])('blocked by %s is a fault', async (blocked) => {
    await expect(find([{ ...row, blocked }])).rejects.toThrow(fault('BAD_ROW'))
  })

  test.each<[string, unknown, boolean]>([
    ['MD5', 'a'.repeat(32), true],
    ['SHA-256', 'A'.repeat(64), true],
    ['MD5', 'a'.repeat(64), false],
    ['SHA-256', 'a'.repeat(63), false],
    ['SHA-256', 'g'.repeat(64), false],
    ['SHA-256', Buffer.alloc(32), false],
  ])('with an HA1 by %s is believed only if it is one', async (algorithm, h, sound) => {
    const columns = { password: 'password', ha1: [{ realm: 'desk', algorithm, column: 'h' }] }
    const found = find([{ ...row, h }], { query: 'SELECT ?', columns })
    if (sound) expect((await found)?.ha1).toEqual([{ realm: 'desk', algorithm, hash: h }])
    else await expect(found).rejects.toThrow(fault('BAD_ROW'))
  })

  test('without an HA1 has none', async () => {
    const columns = { ha1: [{ realm: 'desk', algorithm: 'MD5', column: 'h' }] }
    expect(await find([{ ...row, h: null }], { query: 'SELECT ?', columns })).toEqual({ id: 'ada', ha1: [] })
  })
})

onEveryEngine('real rows', (engine) => {
  const scratch = scratchFor(engine, async (made) => {
    await made.run(USERS_TABLE)
    await addUsers(made, [
      { id: '1', username: "al'ice", password: stored },
      { id: '2', username: 'none' },
      { id: '3', username: 'empty', password: '' },
    ])
    const binary = { sqlite: 'BLOB', postgres: 'BYTEA', mariadb: 'VARBINARY(255)' }[engine.dialect]
    await made.run(`CREATE TABLE odd (username VARCHAR(50), bytes ${binary}, number BIGINT)`)
    const bytes = Buffer.from(stored)
    await made.run('INSERT INTO odd (username, bytes, number) VALUES (?, ?, ?)', ['ada', bytes, 9_007_199_254_740_993n])
    await made.run('INSERT INTO odd (username, bytes, number) VALUES (?, ?, ?)', ['twin', bytes, 41])
    await made.run('INSERT INTO odd (username, bytes, number) VALUES (?, ?, ?)', ['twin', bytes, 42])
  })

  test('NULL and empty passwords are no passwords', async () => {
    const { executor: database } = await scratch()
    const users = sqlUsers({ database, table: 'users' })
    expect(await users.find('none', attempt())).toEqual({ id: 'none' })
    expect(await users.find('empty', attempt())).toEqual({ id: 'empty' })
    expect(await users.sample?.()).toBe(stored)
  })

  test('binary columns and numbers are faults', async () => {
    const { executor: database } = await scratch()
    for (const column of ['bytes', 'number']) {
      const odd = { database, table: 'odd', columns: { password: column } }
      // Some drivers hand numbers out as text, which is then no stored password in any format.
      const typed = password('ada', '9007199254740993')
      await expect(sqlChecker(odd).check(typed, attempt())).rejects.toThrow(Error)
      await expect(sqlUsers(odd).find('twin', attempt())).rejects.toThrow(fault('AMBIGUOUS'))
    }
  })

  test('a column or a table that is not there is a fault, and never finds by its own name', async () => {
    const { executor: database } = await scratch()
    for (const options of [
      { table: 'users', columns: { username: 'usrname' } },
      { table: 'users', columns: { password: 'pasword' } },
      { table: 'nowhere' },
    ]) {
      const users = sqlUsers({ database, ...options })
      for (const name of ['usrname', 'pasword', "al'ice"]) {
        await expect(users.find(name, attempt())).rejects.toThrow(fault('UNAVAILABLE'))
      }
    }
  })

  test('numbers are ids, whole whatever the driver makes of them, or faults', async () => {
    const { executor: database } = await scratch()
    const users = sqlUsers({ database, query: idQuery(engine.dialect), columns: { id: 'number' } })
    const found = await users.find('ada', attempt()).catch((error: unknown) => error)
    if (found instanceof Error) expect(['BAD_ROW', 'UNAVAILABLE']).toContain(Reflect.get(found, 'code'))
    else expect(found).toMatchObject({ id: '9007199254740993' })
  })

  test('the stored name is the id, and only the very name finds it', async () => {
    const { executor: database } = await scratch()
    const users = sqlUsers({ database, table: 'users' })
    expect((await users.find("al'ice", attempt()))?.id).toBe("al'ice")
    for (const name of ["AL'ICE", "al'ice ", "al''ice", 'al%', 'al_ice', "ál'ice"]) {
      expect(await users.find(name, attempt()), name).toBeUndefined()
    }
  })

  test('caseFold finds by any letter case, under the stored name', async () => {
    const { executor: database } = await scratch()
    const users = sqlUsers({ database, table: 'users', caseFold: true })
    for (const name of ["al'ice", "AL'ICE", "Al'Ice"]) expect((await users.find(name, attempt()))?.id).toBe("al'ice")
    expect(await users.find("ál'ice", attempt())).toBeUndefined()
  })

  const mark = engine.dialect === 'postgres' ? '$1' : '?'
  test('a query of the own, with columns of the own', async () => {
    const { executor: database } = await scratch()
    const query = `SELECT username AS login, password AS pw, 'u-' || id AS who, CASE WHEN id = '2' THEN 'locked' END AS why FROM users WHERE username = ${mark}`
    const text = engine.dialect === 'mariadb' ? query.replace("'u-' || id", "CONCAT('u-', id)") : query
    const users = sqlUsers({
      database,
      query: text,
      columns: { username: 'login', password: 'pw', id: 'who', blocked: 'why' },
    })
    expect(await users.find("al'ice", attempt())).toEqual({ id: 'u-1', password: stored })
    expect(await users.find('none', attempt())).toEqual({ id: 'u-2', blocked: 'locked' })
    expect(users).not.toHaveProperty('replacePassword')
  })
})

function idQuery(dialect: string): string {
  return dialect === 'postgres'
    ? 'SELECT username, number, NULL AS password FROM odd WHERE username = $1'
    : 'SELECT username, number, NULL AS password FROM odd WHERE username = ?'
}

onEveryEngine('collations', (engine) => {
  const scratch = scratchFor(engine, async (made) => {
    if (engine.dialect === 'postgres') await made.run('CREATE EXTENSION IF NOT EXISTS citext')
    const type = {
      sqlite: 'TEXT COLLATE NOCASE',
      postgres: 'CITEXT',
      mariadb: 'VARCHAR(100) COLLATE utf8mb4_unicode_ci',
    }
    const exact = { sqlite: 'TEXT', postgres: 'TEXT', mariadb: 'VARCHAR(100) COLLATE utf8mb4_bin' }
    await made.run(`CREATE TABLE people (name ${type[engine.dialect]} UNIQUE, pw ${type[engine.dialect]})`)
    await made.run('INSERT INTO people (name, pw) VALUES (?, ?)', ['Zoë', stored])
    await made.run(`CREATE TABLE exact (name ${exact[engine.dialect]} UNIQUE, pw TEXT)`)
    for (const name of ['zoë', 'ZoË']) await made.run('INSERT INTO exact (name, pw) VALUES (?, ?)', [name, stored])
    if (engine.dialect === 'mariadb') {
      await made.run('CREATE TABLE latin (name VARCHAR(100), pw TEXT) CHARACTER SET latin1')
      await made.run('INSERT INTO latin (name, pw) VALUES (?, ?)', ['Zoë', stored])
    }
  })
  const columns = { username: 'name', password: 'pw' }

  test('that take names for others do not decide', async () => {
    const { executor: database, run } = await scratch()
    const users = sqlUsers({ database, table: 'people', columns })
    expect(await users.find('Zoë', attempt())).toMatchObject({ id: 'Zoë' })
    // Not vacuous: the database itself finds some of them.
    if (engine.dialect !== 'sqlite')
      expect(await run('SELECT name FROM people WHERE name = ?', ['ZOË'])).toHaveLength(1)
    for (const name of ['zoë', 'ZOË', 'zoe', 'Zoe', 'Zoë ', 'ZoË']) {
      expect(await users.find(name, attempt()), name).toBeUndefined()
    }
  })

  test('that take hashes for others do not decide either', async () => {
    const { executor: database, run } = await scratch()
    const users = sqlUsers({ database, table: 'people', columns })
    expect(await users.replacePassword?.('Zoë', stored.toUpperCase(), 'x')).toBe(false)
    expect(await users.replacePassword?.('Zoë', `${stored} `, 'x')).toBe(false)
    expect(await run('SELECT pw FROM people')).toEqual([{ pw: stored }])
  })

  test('that tell names apart are a fault only for those who fold case over two', async () => {
    const { executor: database } = await scratch()
    expect(await sqlUsers({ database, table: 'exact', columns }).find('ZoË', attempt())).toMatchObject({ id: 'ZoË' })
    const folding = sqlUsers({ database, table: 'exact', columns, caseFold: true })
    const found = await folding.find('ZOË', attempt()).catch((error: unknown) => error)
    // SQLite lowers ASCII letters only.
    if (engine.dialect === 'sqlite') expect(found).toMatchObject({ id: 'zoë' })
    else expect(found).toMatchObject({ code: 'AMBIGUOUS' })
  })

  test('of fewer letters know nobody by the others', async () => {
    const { executor: database } = await scratch()
    if (engine.dialect !== 'mariadb') return
    const users = sqlUsers({ database, table: 'latin', columns })
    expect(await users.find('Zoë', attempt())).toMatchObject({ id: 'Zoë' })
    for (const name of ['Zo\u{1f511}', '日本', 'Zо', '?']) expect(await users.find(name, attempt())).toBeUndefined()
  })
})

test('names that nobody can have are never asked for', async () => {
  let asked = 0
  const database: SqlExecutor = {
    placeholder: 'question',
    query: async () => ({ rows: [], affected: ++asked }),
  }
  for (const caseFold of [false, true]) {
    const users = sqlUsers({ database, table: 'users', caseFold })
    for (const name of ['', '\0', 'a\0b', 'a\nb', '\ud800', 'x'.repeat(256), '\u202eada']) {
      expect(await users.find(name, attempt())).toBeUndefined()
    }
  }
  expect(asked).toBe(0)
})

test('fromSqlite counts what the statement changed, not what a trigger did', async () => {
  const { DatabaseSync } = await import('node:sqlite')
  const db = new DatabaseSync(':memory:')
  db.exec('CREATE TABLE t (a); CREATE TABLE log (a); INSERT INTO t VALUES (1), (2)')
  db.exec(
    'CREATE TRIGGER audit AFTER UPDATE ON t BEGIN INSERT INTO log VALUES (new.a); INSERT INTO log VALUES (old.a); END',
  )
  const executor = fromSqlite(db)
  expect((await executor.query('UPDATE t SET a = 3 WHERE a = ?', ['none'])).affected).toBe(0)
  expect((await executor.query('UPDATE t SET a = 3 WHERE a = 1', [])).affected).toBe(1)
  expect((await executor.query('SELECT * FROM t', [])).affected).toBe(0)
  expect((await executor.query('UPDATE t SET a = 4', [])).affected).toBe(2)
})

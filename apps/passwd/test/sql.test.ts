import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Readable } from 'node:stream'
import { createProgram } from '@gatewright/auth-option'
import { hash } from '@gatewright/passwords'
import { createConnection } from 'mysql2/promise'
import pg from 'pg'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { passwd } from '../src/index.ts'

interface Run {
  readonly code: number
  readonly out: string
  readonly err: string
}

const directory = mkdtempSync(join(tmpdir(), 'gatewright-passwd-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

async function run(args: readonly string[], input = '', env: Readonly<Record<string, string>> = {}): Promise<Run> {
  let [out, err] = ['', '']
  const program = createProgram((surroundings) => passwd(surroundings, Readable.from([Buffer.from(input)]), false))
  const code = await program({
    args,
    cwd: directory,
    env,
    signals: { on: () => undefined, off: () => undefined },
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
  })
  return { code, out, err }
}

const POSTGRES = process.env.GATEWRIGHT_TEST_POSTGRES ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const MARIADB = process.env.GATEWRIGHT_TEST_MARIADB ?? 'mysql://root@127.0.0.1:3306/mysql'

type Say = (text: string) => Promise<unknown>

async function onSqlite(text: string): Promise<void> {
  const db = new DatabaseSync(join(directory, 'users.db'))
  db.exec(text)
  db.close()
}

async function onPostgres(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: POSTGRES, connectionTimeoutMillis: 2_000 })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}

async function onMariadb(text: string): Promise<void> {
  const connection = await createConnection({ uri: MARIADB, connectTimeout: 2_000 })
  try {
    await connection.query(text)
  } finally {
    await connection.end()
  }
}

const table = `gatewright_${randomBytes(6).toString('hex')}`

async function whyAbsent(say: Say): Promise<string | undefined> {
  try {
    await say('SELECT 1')
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message || error.name : String(error)
  }
}

const mariadbUrl = new URL(MARIADB)
mariadbUrl.pathname = `/${table}`
const engines = [
  { name: 'SQLite', url: 'sqlite:users.db', say: onSqlite, in: '', setUp: [], tearDown: [] },
  {
    name: 'PostgreSQL',
    url: POSTGRES,
    say: onPostgres,
    in: '',
    setUp: [],
    tearDown: [`DROP TABLE IF EXISTS ${table}`],
  },
  {
    name: 'MariaDB',
    url: mariadbUrl.href,
    say: onMariadb,
    in: `${table}.`,
    setUp: [`CREATE DATABASE ${table} CHARACTER SET utf8mb4`],
    tearDown: [`DROP DATABASE IF EXISTS ${table}`],
  },
]
const absent = await Promise.all(engines.map(({ say }) => whyAbsent(say)))

for (const [i, engine] of engines.entries()) {
  const reason = absent[i]
  describe(engine.name, () => {
    if (reason !== undefined) {
      test('the server is there', (context) => {
        if (process.env.CI === 'true') throw new Error(reason)
        context.skip(reason)
      })
      return
    }
    afterAll(async () => {
      for (const text of engine.tearDown) await engine.say(text)
    })
    const target = `sql:${engine.url}?table=${table}`

    test('add, verify, list, change, import, remove', async () => {
      for (const text of engine.setUp) await engine.say(text)
      const missing = await run(['add', target, 'ada'], 'sesame')
      expect(missing).toMatchObject({ code: 1, out: '' })
      expect(missing.err).toMatch(/^error: there is no such table\nhint: .*CREATE TABLE .*\n$/)

      await engine.say(
        `CREATE TABLE ${engine.in}${table} (username VARCHAR(255) NOT NULL PRIMARY KEY, password VARCHAR(255) NOT NULL)`,
      )
      expect(await run(['add', target, 'bob'], 'sesame\n')).toEqual({ code: 0, out: 'added "bob"\n', err: '' })
      expect(await run(['add', '--scheme', 'bcrypt', target, 'ada'], 'sesame\n')).toMatchObject({ code: 0 })
      expect(await run(['verify', target, 'ada'], 'sesame')).toEqual({ code: 0, out: 'right\n', err: '' })
      expect(await run(['verify', target, 'ada'], 'Sesame')).toEqual({ code: 1, out: 'wrong\n', err: '' })
      expect(await run(['verify', target, 'eve'], 'sesame')).toMatchObject({ code: 1, out: 'wrong\n' })
      expect(await run(['list', target])).toEqual({ code: 0, out: 'ada\nbob\n', err: '' })
      expect(await run(['add', target, 'ada'], 'changed')).toMatchObject({ code: 0, out: 'changed "ada"\n' })
      expect(await run(['verify', target, 'ada'], 'sesame')).toMatchObject({ code: 1 })

      writeFileSync(join(directory, 'users.csv'), `name,password\nada,apple\n"o'neil","${await hash('pear')}"\n`)
      expect(await run(['import', 'users.csv', '--to', target])).toEqual({
        code: 0,
        out: 'added 1, changed 1\n',
        err: '',
      })
      expect(await run(['verify', target, "o'neil"], 'pear')).toMatchObject({ code: 0 })
      expect(await run(['verify', target, 'ada'], 'apple')).toMatchObject({ code: 0 })

      writeFileSync(join(directory, 'bad.csv'), `new,apple\n"a\nb",apple\n`)
      const refused = await run(['import', 'bad.csv', '--to', target])
      expect(refused).toMatchObject({ code: 1, out: '' })
      expect(refused.err).toMatch(/^error: row 2: .*\nhint: .*\n$/)

      expect(await run(['remove', 'sql:@env:USERS', 'ada'], '', { USERS: target.slice(4) })).toMatchObject({ code: 0 })
      expect(await run(['remove', target, 'ada'])).toMatchObject({
        code: 1,
        err: expect.stringMatching(/^error: .*\nhint: /),
      })
      expect(await run(['list', target])).toMatchObject({ out: "bob\no'neil\n" })
    })
  })
}

test('a name in the table forges no second line', async () => {
  await onSqlite(
    "CREATE TABLE odd (username TEXT, password TEXT); INSERT INTO odd VALUES ('a' || char(10) || 'b', 'x')",
  )
  expect(await run(['list', 'sql:sqlite:users.db?table=odd'])).toMatchObject({ code: 0, out: 'a\\nb\n' })
})

describe('the URL', () => {
  test('may stand in a file', async () => {
    await onSqlite('CREATE TABLE filed (username TEXT, password TEXT)')
    writeFileSync(join(directory, 'url'), 'sqlite:users.db?table=filed\n')
    expect(await run(['add', 'sql:@file:url', 'ada'], 'sesame')).toEqual({ code: 0, out: 'added "ada"\n', err: '' })
  })

  test.each(['postgres', 'mysql'])(
    'with a password is warned of, and the password of %s never shown',
    async (scheme) => {
      // Port 1 is nobody's.
      const url = `${scheme}://root:canary@127.0.0.1:1/users?table=users`
      const literal = await run(['add', `sql:${url}`, 'ada'], 'sesame')
      expect(literal.code).toBe(1)
      expect(literal.err).toMatch(/^warning: the password in the URL .*sql:@env:NAME.*\nerror: .*\nhint: .*\n$/)
      const hidden = await run(['list', 'sql:@env:URL'], '', { URL: url })
      expect(hidden.code).toBe(1)
      expect(hidden.err).toMatch(/^error: .*\nhint: .*\n$/)
      expect(literal.err + hidden.err + literal.out + hidden.out).not.toContain('canary')
    },
  )

  test.each([
    [['add', '--create', 'sql:sqlite:users.db?table=users', 'ada'], '--create makes files'],
    [['import', 'users.csv', '--create', '--to', 'sql:sqlite:users.db?table=users'], '--create makes files'],
    [['list', 'sql:'], 'names no database'],
    [['list', 'sql:sqlite:users.db'], 'needs either'],
    [['list', 'sql:sqlite:users.db?query=SELECT+%3F'], 'a query cannot be edited'],
    [['list', 'sql:@env:NOBODY'], 'NOBODY is not set'],
    [['list', 'sql:@env:__proto__'], 'is not set'],
    [['list', 'sql:@file:nowhere'], 'ENOENT'],
    [['list', 'sql:canary://root:canary@host/x'], 'names no database'],
    [['list', 'sql:postgres://root:canary@ho st/x?table=users'], 'cannot be read'],
  ])('is wrong usage: %j', async (args, says) => {
    writeFileSync(join(directory, 'users.csv'), 'ada,apple\n')
    onTestFinished(() => rmSync(join(directory, 'users.csv')))
    const { code, out, err } = await run(args, 'sesame')
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(says)
    expect(err).toMatch(/hint: .*\n$/)
    expect(err).not.toContain('canary')
  })
})

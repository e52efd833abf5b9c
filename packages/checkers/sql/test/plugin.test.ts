import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { inspect } from 'node:util'
import { hash } from '@gatewright/passwords'
import { digest, password } from '@gatewright/portal'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { importDriver } from '../src/import-driver.ts'
import { create, source } from '../src/plugin.ts'
import { parseSqlUrl } from '../src/sql-url.ts'
import { attempt } from './attempt.ts'
import { addUsers, onEveryEngine, scratchFor, USERS_TABLE } from './engines.ts'

const stored = await hash('sesame')
const stale = await hash('sesame', { memory: 64, passes: 1, allowWeak: true })
const ha1 = createHash('md5').update('ada:the desk: main:sesame').digest('hex')

let directory = ''
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'gatewright-sql-'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

async function caught(work: () => unknown): Promise<unknown> {
  try {
    return await work()
  } catch (error) {
    return error
  }
}

onEveryEngine('sql:URL', (engine) => {
  const scratch = scratchFor(engine, async (made) => {
    await made.run(USERS_TABLE)
    await addUsers(made, [
      { id: '1', username: 'ada', password: stale, ha1 },
      { id: '2', username: 'eve', password: stored, blocked: 'locked' },
    ])
  })

  test('with a table lets the right people in, as who they are', async () => {
    const { url, run } = await scratch()
    const ha1Param = `ha1=${encodeURIComponent('ha1:MD5:the desk: main')}`
    const checker = await create(`${url}?table=users&id=id&password=password&blocked=blocked&${ha1Param}`, {
      name: 'sql:x',
    })
    expect(checker).toMatchObject({ name: 'sql:x', accepts: ['password', 'digest'] })
    expect(await checker.check(password('ada', 'wrong'), attempt())).toMatchObject({ outcome: 'reject' })
    expect(await checker.check(password('eve', 'sesame'), attempt())).toMatchObject({
      outcome: 'reject',
      reason: 'locked',
    })
    expect(await checker.check(password('Ada', 'sesame'), attempt())).toMatchObject({ outcome: 'pass' })
    const answer = digest({
      username: 'ada',
      realm: 'the desk: main',
      algorithm: 'MD5',
      verify: (known) => known === ha1,
    })
    expect(await checker.check(answer, attempt())).toMatchObject({ outcome: 'accept', id: '1' })
    const granted = await checker.check(password('ada', 'sesame'), attempt())
    expect(granted).toMatchObject({ outcome: 'accept', id: '1', facts: { source: 'sql:x', rehash: 'done' } })
    expect(await run("SELECT password FROM users WHERE id = '1'")).not.toEqual([{ password: stale }])
    await checker.close?.()
    await checker.close?.()
    await expect(checker.check(password('ada', 'sesame'), attempt())).rejects.toThrow(Error)
  })

  test('with a query, an update and a sample of the own', async () => {
    const { url } = await scratch()
    const [a, b, c] = engine.dialect === 'postgres' ? ['$1', '$2', '$3'] : ['?', '?', '?']
    const params = new URLSearchParams({
      query: `SELECT id AS who, username AS login, password AS pw FROM users WHERE username = ${a}`,
      update: `UPDATE users SET password = ${a} WHERE id = ${b} AND password = ${c}`,
      sample: 'SELECT password AS pw FROM users LIMIT 1',
      username: 'login',
      password: 'pw',
      id: 'who',
      deadline: '5000',
    })
    const users = await source(`${url}?${params.toString()}`)
    expect(users).toMatchObject({ name: 'sql', accepts: ['password'] })
    expect(await users.find('eve', attempt())).toEqual({ id: '2', password: stored })
    expect(await users.replacePassword?.('2', stored, stale)).toBe(true)
    expect(await users.replacePassword?.('2', stale, stored)).toBe(true)
    expect(await users.sample?.()).toEqual(expect.stringContaining('$argon2id$'))
    await users.close()
  })

  test('shows no password, whatever goes wrong', async () => {
    const { url } = await scratch()
    if (engine.dialect === 'sqlite') return
    const wrong = new URL(url)
    wrong.username = 'nobody'
    wrong.password = 'canary'
    wrong.pathname = '/nowhere'
    const down = new URL(wrong)
    down.port = '1'
    for (const place of [wrong, down]) {
      const users = await source(`${place.href}?table=users`)
      const error = await caught(() => users.find('ada', attempt()))
      expect(error).toMatchObject({ name: 'SqlError', code: 'UNAVAILABLE' })
      expect(inspect([error, users], { depth: 9, showHidden: true }) + JSON.stringify([error, users])).not.toContain(
        'canary',
      )
      await users.close()
    }
  })
})

onEveryEngine(
  'sql:URL',
  (engine) => {
    const digits = 'deadbeef'.repeat(4)
    const scratch = scratchFor(engine, async (made) => {
      await made.run(USERS_TABLE)
      await addUsers(made, [{ id: '1', username: 'ada', password: stored, ha1: digits }])
    })

    test.each(['password', 'ha1'])(
      'shows nothing of what is stored when the database quotes it: %s',
      async (column) => {
        const { url } = await scratch()
        const [a, b, c] = engine.dialect === 'postgres' ? ['$1', '$2', '$3'] : ['?', '?', '?']
        const params = new URLSearchParams({
          query: `SELECT username, password FROM users WHERE username = ${a}`,
          // Neither is a number, which both servers say in words of their own.
          update: `UPDATE users SET password = ${a} WHERE id = ${b} AND (password = ${c} OR CAST(${column} AS DECIMAL) = 0)`,
        })
        const users = await source(`${url}?${params.toString()}`)
        const error = await caught(() => users.replacePassword?.('1', stale, stale))
        expect(error).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('[stored]') as string })
        expect(inspect(error, { depth: 9 })).not.toMatch(/argon2id|deadbeef/)
        await users.close()
      },
    )
  },
  ['postgres', 'mariadb'],
)

describe('a SQLite file', () => {
  const fill = (name: string) => {
    const db = new DatabaseSync(join(directory, name))
    db.exec('CREATE TABLE users (username TEXT, password TEXT)')
    db.prepare('INSERT INTO users VALUES (?, ?)').run('ada', stale)
    db.close()
  }

  test.each([
    ['sqlite:users.db?table=users'],
    ['sqlite:./users.db?table=users'],
    ['sqlite:with%20space%3F.db?table=users'],
  ])('%s is taken from the working directory', async (argument) => {
    fill(argument.includes('space') ? 'with space?.db' : 'users.db')
    const users = await source(argument, { cwd: directory })
    expect(await users.find('ada', attempt())).toMatchObject({ id: 'ada' })
    await users.close()
    rmSync(join(directory, argument.includes('space') ? 'with space?.db' : 'users.db'))
  })

  test('cannot be written by a look-up', async () => {
    fill('safe.db')
    const query = encodeURIComponent('INSERT INTO users SELECT ?, NULL RETURNING username, password')
    const users = await source(`sqlite://${directory}/safe.db?query=${query}`)
    expect(await caught(() => users.find('mallory', attempt()))).toMatchObject({ code: 'UNAVAILABLE' })
    const db = new DatabaseSync(join(directory, 'safe.db'))
    expect(db.prepare('SELECT COUNT(*) AS n FROM users').get()).toEqual({ n: 1 })
    db.close()
    await users.close()
  })

  test.skipIf(process.getuid?.() === 0)('that may only be read keeps its old hashes', async () => {
    fill('readonly.db')
    chmodSync(join(directory, 'readonly.db'), 0o400)
    const users = await source('sqlite:readonly.db?table=users', { cwd: directory })
    expect(users).not.toHaveProperty('replacePassword')
    expect(await users.find('ada', attempt())).toMatchObject({ password: stale })
    await users.close()
  })

  test('that another process has locked is waited for, without stopping the event loop', async () => {
    fill('busy.db')
    const other = new DatabaseSync(join(directory, 'busy.db'))
    other.exec('BEGIN EXCLUSIVE')
    const users = await source('sqlite:busy.db?table=users', { cwd: directory })
    let turns = 0
    const counting = setInterval(() => {
      turns++
      if (turns === 5) other.exec('COMMIT')
    }, 1)
    expect(await users.find('ada', attempt())).toMatchObject({ id: 'ada' })
    clearInterval(counting)
    expect(turns).toBeGreaterThanOrEqual(5)
    other.exec('BEGIN EXCLUSIVE')
    const late = await source('sqlite:busy.db?table=users&deadline=50', { cwd: directory })
    expect(await caught(() => late.find('ada', attempt()))).toMatchObject({ code: 'DEADLINE' })
    other.close()
    await Promise.all([users.close(), late.close()])
  })

  test('is never made; what is there and no database lets nobody in', async () => {
    mkdirSync(join(directory, 'folder.db'))
    execFileSync('mkfifo', [join(directory, 'fifo.db')])
    for (const name of ['missing.db', 'folder.db', 'fifo.db']) {
      const error = await caught(() => source(`sqlite:${name}?table=users`, { cwd: directory }))
      expect(error).toMatchObject({ name: 'SqlError', code: 'UNAVAILABLE', hint: expect.any(String) })
    }
    writeFileSync(join(directory, 'text.db'), 'ada:sesame\n'.repeat(200))
    const users = await source('sqlite:text.db?table=users', { cwd: directory })
    expect(await caught(() => users.find('ada', attempt()))).toMatchObject({ code: 'UNAVAILABLE' })
    await users.close()
    expect(await caught(() => source('sqlite:missing.db?table=users', { cwd: directory }))).toBeInstanceOf(Error)
  })
})

describe('refused at once, without showing what was written', () => {
  test.each([
    '',
    'canary',
    ':',
    'canary:x',
    'oracle://canary@host/db?table=t',
    'http://canary/db?table=t',
    'sqlite:',
    'sqlite:?table=users',
    'sqlite://canary?table=users',
    'sqlite://canary/users.db?table=users',
    'sqlite:users.db',
    'sqlite:users.db?',
    'sqlite:users.db?table=',
    'sqlite:users.db?table',
    'sqlite:users.db?=canary',
    'sqlite:users.db?tabel=canary',
    'sqlite:users.db?table=users&canary',
    'sqlite:users.db?table=users&table=canary',
    'sqlite:users.db?table=users&query=canary',
    'sqlite:users.db?query=SELECT canary',
    'sqlite:users.db?table=can%ary',
    'sqlite:users.db?table=users&pool=3',
    'sqlite:users.db?table=users#canary',
    'sqlite:users%00.db?table=users',
    'sqlite:users.db?table=users;DROP',
    "sqlite:users.db?table=users&id=canary'",
    'sqlite:users.db?table=users&fold=canary',
    'sqlite:users.db?table=users&deadline=0',
    'sqlite:users.db?table=users&deadline=1e3',
    'sqlite:users.db?table=users&deadline=-1',
    'sqlite:users.db?table=users&ha1=canary',
    'sqlite:users.db?table=users&ha1=h:SHA-1:canary',
    'sqlite:users.db?table=users&ha1=h:MD5:',
    'postgres:canary',
    'postgres:/canary?table=users',
    'postgres://',
    'postgres://host?table=users',
    'postgres://u:canary@host/?table=users',
    'postgres://u:can@ary@ho st/db?table=users',
    'postgres://u:can%ary@host/db?table=users',
    'postgres://host/a/b?table=users',
    'postgres://host:99999/canary?table=users',
    'postgres://host/db?table=users&sslmode=canary',
    'postgres://host/db?table=users&sslmode=prefer',
    'postgres://host/db?table=users&sslmode=require&sslrootcert=canary',
    'postgres://host/db?table=users&sslmode=disable&sslrootcert=canary',
    'postgres://host/db?table=users&sslrootcert=canary',
    'mysql://host/db?table=users&sslrootcert=users.db',
    'mysql://192.0.2.1/canary?table=users',
    'mysql://[2001:db8::1]/canary?table=users',
    'mysql://127.0.0.1/canary?table=users&sslmode=verify-full',
    'sqlite:users.db?table=users&sslrootcert=canary',
    'postgres://host/db?table=users&pool=0',
    'postgres://host/db?table=users&pool=1001',
    'postgres://host/db?table=users&password_file=canary',
    'mysql://u:canary@host?table=users',
    'mysql://host/db?table=users&multipleStatements=true',
    "mysql://host/db?table=users&update=UPDATE users SET password='canary'",
    undefined,
    null,
    5,
  ])('%j', async (argument) => {
    writeFileSync(join(directory, 'users.db'), '')
    for (const make of [create, source]) {
      const error = await caught(() => make(argument as string, { cwd: directory }))
      expect(error).toMatchObject({ name: 'PortalError', code: 'BAD_CONFIGURATION' })
      expect(inspect(error, { depth: 9 })).not.toMatch(/can%?ary|can@ary/)
    }
  })
})

describe('a URL', () => {
  test('is read whole', () => {
    const text =
      'postgresql://us%40er:p%3Aw%2F%25@[::1]:6432/my%20db?table=app.users&sslmode=verify-full&socket=%2Frun%2Fpg&pool=3&fold=true&deadline=700&update=false'
    expect(parseSqlUrl(text)).toEqual({
      target: {
        dialect: 'postgres',
        address: {
          host: '::1',
          port: 6432,
          socket: '/run/pg',
          user: 'us@er',
          password: 'p:w/%',
          database: 'my db',
          sslmode: 'verify-full',
          pool: 3,
        },
      },
      users: { table: 'app.users', columns: {}, update: false, caseFold: true, deadlineMs: 700 },
    })
  })

  test('has defaults', () => {
    expect(parseSqlUrl('mariadb:///users?table=users').target).toEqual({
      dialect: 'mysql',
      address: { host: '127.0.0.1', database: 'users', sslmode: 'disable', pool: 10 },
    })
  })
})

describe('drivers', () => {
  const fake = (name: string, file: string, text: string) => {
    const folder = join(directory, 'app', 'node_modules', name)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, main: 'index.js' }))
    writeFileSync(join(folder, file), text)
  }

  test('are those of the application, and pools are made with time-outs', async () => {
    const made: Record<string, unknown>[] = []
    Reflect.set(globalThis, 'gatewrightTestPools', made)
    const pool =
      'class Pool { constructor(config) { globalThis.gatewrightTestPools.push(config) } connect() {} getConnection() {} on() {} async end() {} }'
    fake('pg', 'index.js', `${pool}; module.exports = { Pool }`)
    fake('mysql2', 'promise.js', `${pool}; module.exports = { createPool: (config) => new Pool(config) }`)
    const context = { cwd: join(directory, 'app') }
    for (const scheme of ['postgres', 'mysql']) {
      const users = await source(`${scheme}://u:p@db.example:1234/app?table=users&deadline=900`, context)
      await users.close()
    }
    const common = {
      host: 'db.example',
      port: 1234,
      user: 'u',
      password: 'p',
      database: 'app',
      // The second is for mysql2, which compares no names without it.
      ssl: { rejectUnauthorized: true, verifyIdentity: true },
    }
    expect(made).toMatchObject([
      {
        ...common,
        max: 10,
        connectionTimeoutMillis: 900,
        query_timeout: 900,
        statement_timeout: 900,
        allowExitOnIdle: true,
      },
      { ...common, connectionLimit: 10, connectTimeout: 900 },
    ])
    expect(JSON.stringify(made[1])).not.toMatch(/multipleStatements|namedPlaceholders|rowsAsArray/)
    Reflect.deleteProperty(globalThis, 'gatewrightTestPools')
  })

  test('that are not installed are named, with what to type', async () => {
    expect(await caught(() => importDriver('no-such-driver/promise' as 'pg', directory))).toMatchObject({
      name: 'SqlError',
      code: 'DRIVER_MISSING',
      hint: 'npm install no-such-driver',
    })
  })
})

test('the manifest says what the checker accepts', () => {
  expect(manifest.gatewright.checkers).toMatchObject([
    { type: 'sql', accepts: ['password', 'digest'], module: './plugin', secret: true },
  ])
})

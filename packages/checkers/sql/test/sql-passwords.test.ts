import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { inspect } from 'node:util'
import { ha1, hash } from '@gatewright/passwords'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openSqlPasswords, type SqlPasswords } from '../src/index.ts'
import { pin } from '../src/pin.ts'
import { type Engine, onEveryEngine, type Scratch, scratchFor } from './engines.ts'

const stored = await hash('sesame')
const other = await hash('apple')

/** Ends with the test. */
async function edit(url: string): Promise<SqlPasswords> {
  const users = await openSqlPasswords(url)
  onTestFinished(() => users.close())
  return users
}

const names = async (users: SqlPasswords) => {
  const all: string[] = []
  for await (const name of users.list()) all.push(name)
  return all
}

const table = (name: string, unique = true) =>
  `CREATE TABLE ${name} (username VARCHAR(255) NOT NULL${unique ? ' PRIMARY KEY' : ''}, password VARCHAR(255) NOT NULL)`

/** A table of this test's own in the scratch database. */
async function fresh(
  scratch: () => Promise<Scratch>,
  name: string,
  ddl = table(name),
): Promise<Scratch & { to: string }> {
  const made = await scratch()
  await made.run(ddl)
  return { ...made, to: `${made.url}?table=${name}` }
}

// By URL SQLite is node:sqlite, whatever reads the same file elsewhere.
const byUrl = (promise: string, tests: (engine: Engine, scratch: () => Promise<Scratch>) => void) =>
  onEveryEngine(promise, (engine) => {
    if (engine.name === 'better-sqlite3') return test('is opened as node:sqlite', () => undefined)
    return tests(
      engine,
      scratchFor(engine, async () => undefined),
    )
  })

byUrl('an editor', ({ dialect }, scratch) => {
  test('adds, changes, verifies, lists and removes', async () => {
    const { to } = await fresh(scratch, 'a')
    const users = await edit(to)
    expect(await users.set('bob', stored)).toBe('added')
    expect(await users.set('ada', stored)).toBe('added')
    expect(await users.verify('ada', 'sesame')).toBe(true)
    expect(await users.verify('ada', 'apple')).toBe(false)
    expect(await users.set('ada', other)).toBe('changed')
    expect(await users.verify('ada', 'apple')).toBe(true)
    expect(await users.find('bob')).toEqual({ id: 'bob', password: stored })
    expect(await names(users)).toEqual(['ada', 'bob'])
    expect(await users.remove('ada')).toBe(true)
    expect(await users.remove('ada')).toBe(false)
    expect(await users.verify('ada', 'apple')).toBe(false)
    expect(await names(users)).toEqual(['bob'])
  })

  test('takes hostile names as names', async () => {
    const { to, run } = await fresh(scratch, 'hostile')
    await run("INSERT INTO hostile VALUES ('victim', 'x')")
    const users = await edit(to)
    const hostile = [
      "'; DROP TABLE hostile; --",
      "' OR '1'='1",
      '%',
      '__proto__',
      '\\',
      '$1',
      '?',
      '"`',
      'no such table: ',
      'zoë 🦊',
    ]
    for (const name of hostile) expect(await users.set(name, stored)).toBe('added')
    for (const name of hostile) expect(await users.set(name, other)).toBe('changed')
    expect(await names(users)).toEqual(
      [...hostile, 'victim'].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    )
    for (const name of hostile) expect(await users.remove(name)).toBe(true)
    expect(await run('SELECT * FROM hostile')).toEqual([{ username: 'victim', password: 'x' }])
    for (const name of ['', 'a\0b', '\ud800', 'x'.repeat(256)]) {
      await expect(users.set(name, stored)).rejects.toMatchObject({ code: 'BAD_NAME' })
      expect(await users.remove(name)).toBe(false)
    }
    await expect(users.set('ada', 'canary')).rejects.toMatchObject({ code: 'UNKNOWN_FORMAT' })
  })

  test('leaves one row when twenty add one name at once, in a table that would take twenty', async () => {
    for (const unique of [true, false]) {
      const { to, run } = await fresh(scratch, `many_${unique}`, table(`many_${unique}`, unique))
      const editors = await Promise.all(Array.from({ length: 5 }, () => edit(to)))
      const done = await Promise.all(
        Array.from({ length: 4 }, () => editors.map((one) => one.set('ada', stored))).flat(),
      )
      expect(done.filter((one) => one === 'added')).toHaveLength(1)
      expect(done.filter((one) => one === 'changed')).toHaveLength(19)
      expect(await run(`SELECT username FROM many_${unique}`)).toEqual([{ username: 'ada' }])
    }
  })

  test('imports all, or none', async () => {
    const { to, run } = await fresh(scratch, 'imports', table('imports', false))
    await run("INSERT INTO imports VALUES ('twin', 'x'), ('twin', 'y'), ('ada', 'x')")
    const users = await edit(to)
    const rows = ['ada', 'bob', 'bob'].map((name) => ({ name, stored }))
    const count = async () => (await run('SELECT username FROM imports')).length
    await expect(users.setAll([...rows, { name: 'twin', stored }])).rejects.toMatchObject({ code: 'AMBIGUOUS' })
    await expect(users.setAll([...rows, { name: '\0', stored }])).rejects.toThrow('row 4: ')
    const controller = new AbortController()
    const stopping = users.setAll(rows, { signal: controller.signal })
    controller.abort(new Error('stopped'))
    await expect(stopping).rejects.toThrow('stopped')
    expect(await count()).toBe(3)
    expect(await users.verify('bob', 'sesame')).toBe(false)
    expect(await users.setAll(rows)).toEqual({ added: 1, changed: 1 })
    expect(await count()).toBe(4)
  })

  test('says how to make a table that is not there', async () => {
    const { url, run } = await scratch()
    const error: unknown = await openSqlPasswords(`${url}?table=nowhere&username=login`).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({
      code: 'NO_TABLE',
      hint: expect.stringMatching(/CREATE TABLE .nowhere. \(.login. .* PRIMARY KEY/),
    })
    const { hint } = error as { readonly hint: string }
    await run(hint.slice(hint.indexOf('CREATE')))
    const users = await edit(`${url}?table=nowhere&username=login`)
    expect(await users.set('ada', stored)).toBe('added')
    expect(await users.set('Ada', stored)).toBe('added')
  })

  test('refuses a table that wants more than name and password, and still changes passwords there', async () => {
    const { to, run } = await fresh(
      scratch,
      'more',
      'CREATE TABLE more (username VARCHAR(255) PRIMARY KEY, password VARCHAR(255), mail VARCHAR(255) NOT NULL)',
    )
    await run("INSERT INTO more VALUES ('ada', NULL, 'x')")
    const users = await edit(to)
    await expect(users.set('bob', stored)).rejects.toMatchObject({
      code: 'NOT_INSERTED',
      message: expect.stringContaining('mail'),
      hint: expect.stringContaining('application insert the row'),
    })
    expect(await users.set('ada', stored)).toBe('changed')
  })

  test('keeps the old password when the new one does not fit', async () => {
    if (dialect === 'sqlite') return
    const { to, run } = await fresh(
      scratch,
      'narrow',
      'CREATE TABLE narrow (username VARCHAR(9), password VARCHAR(20))',
    )
    await run("INSERT INTO narrow VALUES ('ada', 'x')")
    const users = await edit(to)
    await expect(users.set('ada', stored)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await expect(users.set('bob', stored)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(await run('SELECT * FROM narrow')).toEqual([{ username: 'ada', password: 'x' }])
  })

  test('refuses the row of a twin by collation', async () => {
    const collate = { sqlite: 'COLLATE NOCASE', postgres: 'COLLATE twins', mariadb: 'COLLATE utf8mb4_general_ci' }[
      dialect
    ]
    const { run } = await scratch()
    if (dialect === 'postgres') {
      await run("CREATE COLLATION twins (provider = icu, locale = 'und-u-ks-level2', deterministic = false)")
    }
    const { to } = await fresh(
      scratch,
      'twins',
      `CREATE TABLE twins (username VARCHAR(255) ${collate} PRIMARY KEY, password VARCHAR(255))`,
    )
    const users = await edit(to)
    await users.set("al'ice", stored)
    await expect(users.set("AL'ICE", other)).rejects.toMatchObject({ code: 'NAME_TAKEN', hint: expect.any(String) })
    await expect(users.remove("AL'ICE")).rejects.toMatchObject({ code: 'NAME_TAKEN' })
    await expect(
      users.setAll([
        { name: 'bob', stored },
        { name: "AL'ICE", stored: other },
      ]),
    ).rejects.toMatchObject({ code: 'NAME_TAKEN' })
    expect(await users.verify("AL'ICE", 'sesame')).toBe(false)
    expect(await run('SELECT * FROM twins')).toEqual([{ username: "al'ice", password: stored }])
  })

  test('refuses a name that a unique index takes for another', async () => {
    if (dialect === 'mariadb') return
    const { to, run } = await fresh(scratch, 'folded')
    await run('CREATE UNIQUE INDEX by_lower ON folded (LOWER(username))')
    const users = await edit(to)
    await users.set('ada', stored)
    await expect(users.set('ADA', other)).rejects.toMatchObject({ code: 'NAME_TAKEN' })
    expect(await names(users)).toEqual(['ada'])
    const folding = await edit(`${to}&fold=true`)
    expect(await folding.set('ADA', other)).toBe('changed')
    expect(await names(users)).toEqual(['ada'])
  })

  test('goes on after an error', async () => {
    const { to, run } = await fresh(scratch, 'goes_on')
    const users = await edit(to)
    await run('ALTER TABLE goes_on RENAME TO gone')
    await expect(users.set('ada', stored)).rejects.toMatchObject({ code: 'NO_TABLE' })
    await run('ALTER TABLE gone RENAME TO goes_on')
    expect(await users.set('ada', stored)).toBe('added')
  })

  test('writes the hash and every HA1 in one step', async () => {
    const ddl =
      'CREATE TABLE digests (username VARCHAR(255) NOT NULL PRIMARY KEY, password VARCHAR(255), h1 VARCHAR(64), h2 VARCHAR(64))'
    const { to } = await fresh(scratch, 'digests', ddl)
    const users = await edit(`${to}&password=password&ha1=h1:SHA-256:club&ha1=h2:MD5:the%20desk`)
    const known = (password: string) => [ha1('ada', 'club', password), ha1('ada', 'the desk', password, 'MD5')]
    expect(await users.setPassword('ada', 'sesame')).toBe('added')
    expect((await users.find('ada'))?.ha1).toEqual(known('sesame'))
    expect(await users.verify('ada', 'sesame')).toBe(true)
    expect(await users.setPassword('ada', 'apple')).toBe('changed')
    expect((await users.find('ada'))?.ha1).toEqual(known('apple'))
    expect([await users.verify('ada', 'sesame'), await users.verify('ada', 'apple')]).toEqual([false, true])
    // By the hash alone the HA1s would be those of the old password.
    await expect(users.set('ada', stored)).rejects.toMatchObject({ code: 'BAD_CONFIGURATION' })
    await expect(users.setPassword('', 'apple')).rejects.toMatchObject({ code: 'BAD_NAME' })
    await expect(users.setPassword('ada', '')).rejects.toMatchObject({ code: 'BAD_PASSWORD' })
    expect((await users.find('ada'))?.ha1).toEqual(known('apple'))
  })

  test('writes nothing when one of them does not fit', async () => {
    // SQLite has no lengths to pass.
    if (dialect === 'sqlite') return
    const ddl =
      'CREATE TABLE narrow_h1 (username VARCHAR(255) NOT NULL PRIMARY KEY, password VARCHAR(255), h1 VARCHAR(32))'
    const { to, run } = await fresh(scratch, 'narrow_h1', ddl)
    const users = await edit(`${to}&password=password&ha1=h1:SHA-256:club`)
    await expect(users.setPassword('ada', 'sesame')).rejects.toMatchObject({ name: 'SqlError' })
    expect(await run('SELECT * FROM narrow_h1')).toEqual([])
  })

  test('sets a password where there is but a hash', async () => {
    const { to } = await fresh(scratch, 'hashes')
    const users = await edit(to)
    expect(await users.setPassword('ada', 'sesame')).toBe('added')
    expect(await users.find('ada')).toMatchObject({ password: expect.stringMatching(/^\$argon2id\$/) })
  })

  test.each(['query=SELECT+1+WHERE+1%3D', 'table=x&ha1=h:MD5:desk'])('refuses ?%s', async (params) => {
    const { url } = await scratch()
    const mark = dialect === 'postgres' ? '$1' : '?'
    const full = params.startsWith('query') ? params + encodeURIComponent(mark) : params
    await expect(openSqlPasswords(`${url}?${full}`)).rejects.toMatchObject({ code: 'BAD_CONFIGURATION' })
  })
})

test('a SQLite file that another process writes is waited for, up to the deadline', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'gatewright-sql-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'users.db')
  const db = new DatabaseSync(path)
  onTestFinished(() => db.close())
  db.exec(table('users'))
  const users = await edit(`sqlite:${path}?table=users&deadline=200`)
  db.exec('BEGIN IMMEDIATE')
  await expect(users.set('ada', stored)).rejects.toMatchObject({ code: 'DEADLINE' })
  const waiting = users.set('ada', stored)
  db.exec('ROLLBACK')
  expect(await waiting).toBe('added')
})

test.each(['postgres', 'mysql'])('a %s server that is not there is an error that shows no password', async (scheme) => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  const port = typeof address === 'object' ? address?.port : 0
  const error: unknown = await openSqlPasswords(`${scheme}://root:canary@127.0.0.1:${port}/users?table=users`).catch(
    (thrown: unknown) => thrown,
  )
  expect(error).toMatchObject({ code: 'UNAVAILABLE', hint: expect.any(String) })
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('canary')
})

describe('a pinned connection', () => {
  test('is never replaced by another', async () => {
    const log: string[] = []
    let taken = 0
    const pinned = pin({
      take: async () => ++taken,
      giveBack: (one: number) => log.push(`back ${one}`),
      destroy: (one: number) => log.push(`destroyed ${one}`),
    })
    expect(await pinned.take()).toBe(1)
    pinned.giveBack(1)
    expect(await pinned.take()).toBe(1)
    pinned.destroy(1)
    pinned.end()
    await expect(pinned.take()).rejects.toThrow('lost')
    expect(log).toEqual(['destroyed 1'])
  })

  test('that comes too late goes back unused', async () => {
    const log: string[] = []
    const late = Promise.withResolvers<number>()
    const pinned = pin({
      take: () => late.promise,
      giveBack: (one: number) => log.push(`back ${one}`),
      destroy: (one: number) => log.push(`destroyed ${one}`),
    })
    const taking = pinned.take()
    pinned.end()
    late.resolve(1)
    await expect(taking).rejects.toThrow('too late')
    expect(log).toEqual(['back 1'])
  })
})

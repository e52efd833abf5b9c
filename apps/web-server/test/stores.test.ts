import { hash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { CLIENTS } from './command-line-clients.ts'
import { present } from './present.ts'
import { web } from './program.ts'

function scratch(name: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'gatewright-web-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return join(directory, name)
}

/** As any other program computes it: RFC 7616 section 3.4.2. */
const digestOf = (name: string, realm: string, password: string, algorithm = 'sha256') =>
  hash(algorithm, `${name}:${realm}:${password}`)

/** A file as htdigest writes it. */
function htdigest(algorithm?: string): string {
  const file = scratch('users.htdigest')
  const lines = [
    ['ada', 'The Club', digestOf('ada', 'The Club', 'sesame', algorithm)],
    ['ada', 'Elsewhere', digestOf('ada', 'Elsewhere', 'open sesame', algorithm)],
  ]
  writeFileSync(file, lines.map((fields) => `${fields.join(':')}\n`).join(''))
  return `htdigest:${file}`
}

/** A table with a column of digests, and one of nothing else. */
function table(): string {
  const file = scratch('users.db')
  const database = new DatabaseSync(file)
  database.exec('CREATE TABLE users (username TEXT PRIMARY KEY, password TEXT, club TEXT)')
  database.prepare('INSERT INTO users VALUES (?, NULL, ?)').run('ada', digestOf('ada', 'The Club', 'sesame'))
  database.prepare('INSERT INTO users VALUES (?, NULL, NULL)').run('bob')
  database.close()
  return `sql:sqlite:${file}?table=users&ha1=club:SHA-256:The%20Club`
}

describe.skipIf(!present('curl'))('digests that are stored let their owners in, in their own realm', () => {
  it.for<readonly [store: string, auth: () => string, args: readonly string[]]>([
    ['a file of SHA-256', () => htdigest(), []],
    ['a file of MD5', () => htdigest('md5'), ['--algorithm', 'MD5']],
    ['a column', table, []],
  ])('%s', async ([, auth, args]) => {
    const spec = auth()
    const get = async (realm: string, name: string, password: string) => {
      const server = await web(['--auth', spec, '--realm', realm, ...args])
      return (await CLIENTS.curl?.get(`${server.url}/private/whoami`, name, password))?.out
    }
    expect(await get('The Club', 'ada', 'sesame')).toBe('{"id":"ada"}')
    for (const [realm, name, password] of [
      ['The Club', 'ada', 'open sesame'],
      ['Another', 'ada', 'sesame'],
      ['The Club', 'bob', ''],
      ['The Club', 'bob', 'sesame'],
    ] as const) {
      expect(await get(realm, name, password)).toBe('')
    }
  })
})

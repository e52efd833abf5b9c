import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { password } from '@gatewright/portal'
import { describe, expect, onTestFinished, test } from 'vitest'
import { create } from '../src/plugin.ts'
import { attempt } from './attempt.ts'
import { type Engine, onEveryEngine, scratchFor } from './engines.ts'

/** What a database can hash by itself, beside what the tools of the system print. */
const tool = (command: string, args: readonly string[], input: string) =>
  execFileSync(command, args, { encoding: 'utf8', input }).trim()

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`

/** As somebody would make it who has never heard of us. */
const TABLE = 'CREATE TABLE people (login VARCHAR(64) NOT NULL PRIMARY KEY, secret VARCHAR(255), state VARCHAR(20));'

function script(ownHash: string): string {
  const rows = [
    ['ada', quoted(tool('mkpasswd', ['-s', '-m', 'sha512crypt'], 'sesame')), 'NULL'],
    ['bob', quoted(tool('htpasswd', ['-n', '-i', '-B', 'x'], 'sesame').slice('x:'.length)), 'NULL'],
    ['eve', quoted(tool('openssl', ['passwd', '-apr1', '-stdin'], 'sesame')), "'locked'"],
    ['own', ownHash, 'NULL'],
    ["d'Artagnan", quoted(tool('openssl', ['passwd', '-5', '-stdin'], 'sesame')), 'NULL'],
    ['nul', 'NULL', 'NULL'],
    ['bad', "'sesame'", 'NULL'],
  ]
  const values = rows.map(([name = '', secret, state]) => `(${quoted(name)}, ${secret}, ${state})`).join(',\n')
  return `${TABLE}\nINSERT INTO people (login, secret, state) VALUES\n${values};\n`
}

interface Client {
  readonly command: string
  readonly debian: string
  readonly args: (url: URL) => readonly string[]
  /** An expression of SQL for a hash of `sesame`. */
  readonly ownHash: string
}

const CLIENTS: Readonly<Record<Exclude<Engine['dialect'], 'sqlite'>, Client>> = {
  postgres: {
    command: 'psql',
    debian: 'postgresql-client',
    args: (url) => ['--no-psqlrc', '--quiet', '-v', 'ON_ERROR_STOP=1', url.href],
    ownHash: "'{SSHA256}' || encode(sha256('sesamesalt') || 'salt', 'base64')",
  },
  mariadb: {
    command: 'mariadb',
    debian: 'mariadb-client',
    args: ({ hostname, port, username, pathname }) => [
      '--no-defaults',
      '--protocol=tcp',
      `--host=${hostname}`,
      `--port=${port}`,
      `--user=${username}`,
      pathname.slice(1),
    ],
    ownHash: "CONCAT('{SHA}', TO_BASE64(UNHEX(SHA1('sesame'))))",
  },
}

const missing = ['mkpasswd', 'htpasswd', 'openssl', ...Object.values(CLIENTS).map(({ command }) => command)].filter(
  (command) => spawnSync(command, ['--version']).error !== undefined,
)

test('the tools are installed', (context) => {
  if (missing.length === 0) return
  const what = `${missing.join(', ')} missing (Debian: whois apache2-utils openssl postgresql-client mariadb-client)`
  if (process.env.CI === 'true') throw new Error(what)
  context.skip(what)
})

describe.skipIf(missing.length > 0)('a table that its own client has made', () => {
  onEveryEngine(
    'lets the right people in',
    (engine) => {
      const { command, args, ownHash } = CLIENTS[engine.dialect as keyof typeof CLIENTS]
      const say = (url: string, text: string) =>
        execFileSync(command, args(new URL(url)), { input: text, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] })
      const scratch = scratchFor(engine, async ({ url }) => void say(url, script(ownHash)))

      async function open() {
        const { url } = await scratch()
        const columns = 'username=login&password=secret&blocked=state'
        const checker = await create(`${url}?table=people&${columns}&deadline=8000`)
        const answer = async (name: string, typed: string): Promise<string> => {
          try {
            const { outcome } = await checker.check(password(name, typed), attempt())
            return outcome
          } catch (error) {
            return `fault ${String(Reflect.get(Object(error), 'code'))}`
          }
        }
        return { answer, say: (text: string) => say(url, text), close: () => checker.close?.() }
      }

      test.each([
        ['ada', 'sesame', 'accept'],
        ['ada', 'Sesame', 'reject'],
        ['ada', 'sesame ', 'reject'],
        ['bob', 'sesame', 'accept'],
        ['bob', '', 'reject'],
        ['own', 'sesame', 'accept'],
        ['own', 'sesamesalt', 'reject'],
        ["d'Artagnan", 'sesame', 'accept'],
        ["d''Artagnan", 'sesame', 'pass'],
        ['eve', 'sesame', 'reject'],
        ['nul', 'sesame', 'reject'],
        ['nul', 'NULL', 'reject'],
        ['bad', 'sesame', 'fault UNKNOWN_FORMAT'],
        ['Ada', 'sesame', 'pass'],
        ['nobody', 'sesame', 'pass'],
      ])('%s with %j: %s', async (name, typed, expected) => {
        const { answer, close } = await open()
        expect(await answer(name, typed)).toBe(expected)
        await close()
      })

      test('what the client changes counts at the next login', async () => {
        const { answer, say: tell, close } = await open()
        expect(await answer('ada', 'sesame')).toBe('accept')
        tell("UPDATE people SET state = 'locked' WHERE login = 'ada';")
        expect(await answer('ada', 'sesame')).toBe('reject')
        tell("UPDATE people SET state = NULL WHERE login = 'ada';")
        expect(await answer('ada', 'sesame')).toBe('accept')
        tell(
          "UPDATE people SET secret = (SELECT secret FROM (SELECT * FROM people) AS p WHERE login = 'nul') WHERE login = 'ada';",
        )
        expect(await answer('ada', 'sesame')).toBe('reject')
        tell("DELETE FROM people WHERE login = 'ada';")
        expect(await answer('ada', 'sesame')).toBe('pass')
        tell('DROP TABLE people;')
        expect(await answer('bob', 'sesame')).toBe('fault UNAVAILABLE')
        await close()
      })
    },
    ['postgres', 'mariadb'],
  )

  onEveryEngine(
    'takes an htpasswd file by one command',
    (engine) => {
      const scratch = scratchFor(engine, async ({ run }) => void (await run(TABLE)))

      test('\\copy, and its users come in', async () => {
        const { url } = await scratch()
        const directory = mkdtempSync(join(tmpdir(), 'gatewright-copy-'))
        onTestFinished(() => rmSync(directory, { recursive: true }))
        const file = join(directory, 'users.htpasswd')
        const formats = ['-m', '-s', '-B', '-2', '-5']
        for (const [i, format] of formats.entries()) {
          execFileSync('htpasswd', [...(i === 0 ? ['-c'] : []), '-i', format, file, `user${format}`], {
            input: 'sesame',
            stdio: ['pipe', 'ignore', 'ignore'],
          })
        }
        const copy = `\\copy people (login, secret) FROM '${file}' WITH (DELIMITER ':')`
        execFileSync('psql', ['--no-psqlrc', '--quiet', '-c', copy, url])
        const checker = await create(`${url}?table=people&username=login&password=secret&deadline=8000`)
        for (const format of formats) {
          const verdict = async (typed: string) =>
            (await checker.check(password(`user${format}`, typed), attempt())).outcome
          expect([format, await verdict('sesame'), await verdict('Sesame')]).toEqual([format, 'accept', 'reject'])
        }
        await checker.close?.()
      })
    },
    ['postgres'],
  )
})

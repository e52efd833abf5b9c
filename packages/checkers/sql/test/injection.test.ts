import { hash } from '@gatewright/passwords'
import { createPortal, password, prepareUsername } from '@gatewright/portal'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type SqlExecutor, sqlChecker, sqlUsers } from '../src/index.ts'
import { attempt } from './attempt.ts'
import { addUsers, onEveryEngine, type Scratch, scratchFor, USERS_TABLE } from './engines.ts'
import { hostileNames, PIECES } from './hostile-names.ts'

const stored = await hash('sesame')

const HOSTILE = hostileNames(2_000)

interface Said {
  readonly text: string
  readonly params: readonly string[]
}

function listening(executor: SqlExecutor): { readonly database: SqlExecutor; readonly log: Said[] } {
  const log: Said[] = []
  const query: SqlExecutor['query'] = (text, params, signal) => {
    log.push({ text, params: [...params] })
    return executor.query(text, params, signal)
  }
  return { database: { placeholder: executor.placeholder, query }, log }
}

const dump = async ({ run }: Scratch) => JSON.stringify(await run('SELECT * FROM users ORDER BY id'))

onEveryEngine('hostile names', (engine) => {
  const scratch = scratchFor(engine, async (made) => {
    await made.run(USERS_TABLE)
    await addUsers(made, [
      { id: '1', username: 'ada', password: stored },
      { id: '2', username: "Robert'); DROP TABLE users;--", password: stored },
    ])
  })

  test('2,000 find nobody, make no error and change nothing; each is the one bound parameter', async () => {
    const { database, log } = listening((await scratch()).executor)
    const before = await dump(await scratch())
    const users = sqlUsers({ database, table: 'users', columns: { id: 'id' } })
    for (const name of HOSTILE) expect(await users.find(name, attempt()), name).toBeUndefined()
    expect(await dump(await scratch())).toBe(before)
    expect(log.map(({ params }) => params)).toEqual(HOSTILE.map((name) => [name]))
    expect(new Set(log.map(({ text }) => text)).size).toBe(1)
  })

  test('whatever fast-check thinks of, is found only if it is stored', async () => {
    const { executor: database } = await scratch()
    const users = sqlUsers({ database, table: 'users' })
    const piece = fc.oneof(
      fc.constantFrom(...PIECES),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.string({ unit: 'binary', maxLength: 12 }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 4 }), async (pieces) => {
        const name = pieces.join('')
        const found = await users.find(name, attempt())
        expect(found?.id).toBe(prepareUsername(name) === 'ada' ? 'ada' : undefined)
      }),
      { numRuns: 1_000, seed: 20_261_121 },
    )
  })

  test('one that is stored is a user like any other', async () => {
    const { executor: database } = await scratch()
    const checker = sqlChecker({ database, table: 'users', columns: { id: 'id' } })
    const bobby = password("Robert'); DROP TABLE users;--", 'sesame')
    expect(await checker.check(bobby, attempt())).toMatchObject({ outcome: 'accept', id: '2' })
  })

  test('failing logins leave the database as it was', async () => {
    const { database, log } = listening((await scratch()).executor)
    const before = await dump(await scratch())
    const portal = createPortal({
      realm: { desk: (id) => id },
      checkers: [sqlChecker({ database, table: 'users', columns: { id: 'id' } })],
    })
    for (const name of ['ada', 'nobody', ...HOSTILE.slice(0, 40)]) {
      expect((await portal.login(password(name, "' OR '1'='1"), 'desk')).status).toBe('refused')
    }
    await portal.close()
    expect(await dump(await scratch())).toBe(before)
    expect(log.every(({ text }) => text.startsWith('SELECT '))).toBe(true)
    expect(log.filter(({ params }) => params.length === 0)).toHaveLength(1)
  })

  test('ids and hashes are bound in updates too', async () => {
    const { database, log } = listening((await scratch()).executor)
    const before = await dump(await scratch())
    const users = sqlUsers({ database, table: 'users', columns: { id: 'id' } })
    for (const text of ["' OR '1'='1", "1' OR 1=1 -- ", "1'; DROP TABLE users; --"]) {
      expect(await users.replacePassword?.(text, stored, 'x')).toBe(false)
      expect(await users.replacePassword?.('1', text, 'x')).toBe(false)
    }
    expect(await dump(await scratch())).toBe(before)
    expect(log.every(({ text, params }) => params.length === 3 && !text.includes('DROP'))).toBe(true)
  })
})

describe('hostile identifiers', () => {
  const database: SqlExecutor = { placeholder: 'question', query: async () => ({ rows: [], affected: 0 }) }
  const dollar: SqlExecutor = { ...database, placeholder: 'dollar' }
  const identifiers = [
    ...new Set([
      ...PIECES.flatMap((piece) => [piece, `users${piece}`, `${piece}users`, `us${piece}ers`]),
      ...[
        '',
        ' ',
        'users ',
        ' users',
        'us ers',
        'users\n',
        'users\0',
        'üsers',
        '1users',
        'a'.repeat(64),
        'a.b.c',
        '.',
        'a.',
        '.a',
      ],
    ]),
  ].filter((text) => !/^[A-Za-z_][A-Za-z0-9_$]{0,62}$/.test(text))

  test(`${identifiers.length} of them are refused when the source is made, wherever they stand`, () => {
    expect(identifiers.length).toBeGreaterThan(150)
    const refusal = expect.objectContaining({ name: 'PortalError', code: 'BAD_CONFIGURATION' })
    for (const text of identifiers) {
      for (const db of [database, dollar]) {
        const make = (options: object) => () => sqlUsers({ database: db, table: 'users', ...options })
        expect(make({ table: text }), text).toThrow(refusal)
        for (const column of ['username', 'password', 'id', 'blocked']) {
          expect(make({ columns: { [column]: text } }), text).toThrow(refusal)
        }
        const ha1 = [{ realm: 'desk', algorithm: 'MD5', column: text }]
        expect(make({ columns: { ha1 } }), text).toThrow(refusal)
      }
    }
  })

  test.each([['users'], ['app.users'], ['_u$1'], ['SELECT'], ['a'.repeat(63)], ['__proto__']])(
    '%s is a name',
    (table) => {
      expect(sqlUsers({ database, table }).name).toBe('sql')
    },
  )
})

import { createHash } from 'node:crypto'
import { hash } from '@gatewright/passwords'
import { digest, password } from '@gatewright/portal'
import { checkerTests, userSourceTests } from '@gatewright/testkit'
import { afterAll, test } from 'vitest'
import { type SqlUsersOptions, sqlChecker, sqlUsers } from '../src/index.ts'
import { addUsers, onEveryEngine, type Scratch, USERS_TABLE } from './engines.ts'

const PEOPLE = [
  ['ada', 'sesame'],
  ['grace hopper', 'nano seconds '],
  ['__proto__', 'ordinary'],
  ['zoë', 'ünïcode'],
] as const

const HA1_OF_ADA = createHash('sha256').update('ada:desk:sesame').digest('hex')

const stored = Promise.all(PEOPLE.map(([, typed]) => hash(typed)))

const columns: SqlUsersOptions['columns'] = {
  id: 'id',
  blocked: 'blocked',
  password: 'password',
  ha1: [{ realm: 'desk', algorithm: 'SHA-256', column: 'ha1' }],
}

/** A client's answer to a challenge, made with this HA1. */
const answer = (username: string, right: string) =>
  digest({ username, realm: 'desk', algorithm: 'SHA-256', verify: (ha1) => ha1 === right })

onEveryEngine('conformance', (engine) => {
  const scratches: Scratch[] = []
  let latest: Scratch | undefined
  let whole: Promise<Scratch> | undefined

  /** The tables stay as they are between the tests, so one database does until it is sabotaged. */
  async function scratch(): Promise<Scratch> {
    whole ??= (async () => {
      const made = await engine.open()
      scratches.push(made)
      await made.run(USERS_TABLE)
      const hashes = await stored
      await addUsers(
        made,
        PEOPLE.map(([username], i) => ({
          id: `id-${i + 1}`,
          username,
          password: hashes[i] ?? null,
          ha1: username === 'ada' ? HA1_OF_ADA : null,
        })),
      )
      await addUsers(made, [{ id: 'id-9', username: 'eve', password: hashes[0] ?? null, blocked: 'locked' }])
      return made
    })()
    latest = await whole
    return latest
  }

  async function sabotage(): Promise<void> {
    await latest?.sabotage()
    whole = undefined
  }

  afterAll(async () => {
    for (const made of scratches) await made.drop()
  })

  const options = async (): Promise<SqlUsersOptions> => ({
    database: (await scratch()).executor,
    table: 'users',
    columns: { ...columns },
    deadlineMs: 8_000,
  })

  userSourceTests(test, {
    create: async () => sqlUsers(await options()),
    known: PEOPLE.map(([username], i) => [username, `id-${i + 1}`] as const),
    unknown: ['nobody', 'Ada', 'ada ', 'constructor', 'toString'],
    sabotage,
  })

  checkerTests(test, {
    create: async () => sqlChecker(await options()),
    good: [
      ...PEOPLE.map(([username, typed], i) => [password(username, typed), `id-${i + 1}`] as const),
      [answer('ada', HA1_OF_ADA), 'id-1'],
    ],
    bad: [
      password('ada', 'Sesame'),
      password('ada', 'sesame '),
      password('grace hopper', 'nano seconds'),
      password('eve', 'sesame'),
      password('Ada', 'sesame'),
      password('nobody', 'sesame'),
      answer('ada', 'wrong'),
      answer('zoë', HA1_OF_ADA),
    ],
    sabotage,
  })
})

import { hash } from '@gatewright/passwords'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fromPg, type SqlUsers, sqlUsers } from '../src/index.ts'
import { source } from '../src/plugin.ts'
import { attempt } from './attempt.ts'
import { type Cluster, createCluster, postgresPrograms } from './cluster.ts'
import { restartInTheMiddle } from './restarts.ts'

const bin = postgresPrograms()
const DEADLINE_MS = 400
const LATEST_MS = 2_000

test('PostgreSQL is installed', (context) => {
  if (bin !== undefined) return
  if (process.env.CI === 'true') throw new Error('PostgreSQL is not installed')
  context.skip('PostgreSQL is not installed, so none can be frozen')
})

describe.skipIf(bin === undefined)('a server that', () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await createCluster(bin ?? '')
    await run('CREATE TABLE users (username TEXT PRIMARY KEY, password TEXT)')
    await run(`INSERT INTO users VALUES ('ada', '${await hash('sesame')}')`)
  })
  afterAll(async () => cluster?.remove())

  async function run(text: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: cluster.url })
    await client.connect()
    try {
      return (await client.query(text)).rows
    } finally {
      await client.end()
    }
  }

  const ending = async (users: SqlUsers) => {
    const began = performance.now()
    const how = await users.find('ada', attempt()).then(
      (user) => user?.id ?? 'nobody',
      (error: unknown) => String(Reflect.get(Object(error), 'code')),
    )
    return { how, ms: performance.now() - began }
  }
  const crowd = (users: SqlUsers) => Promise.all(Array.from({ length: 20 }, () => ending(users)))

  async function recovers(users: SqlUsers): Promise<void> {
    let how = ''
    for (let tries = 0; tries < 100 && how !== 'ada'; tries++) ({ how } = await ending(users))
    expect(how).toBe('ada')
    for (const { how: then } of await crowd(users)) expect(then).toBe('ada')
  }

  test('freezes: faults within the deadline, on open and on new connections, and well again when it thaws', async () => {
    const url = `${cluster.url}?table=users&deadline=${DEADLINE_MS}&pool=5`
    const [open, fresh] = [await source(url), await source(url)]
    expect((await ending(open)).how).toBe('ada')
    cluster.freeze()
    for (const { how, ms } of [...(await crowd(open)), ...(await crowd(fresh)), ...(await crowd(open))]) {
      expect(['DEADLINE', 'UNAVAILABLE']).toContain(how)
      expect(ms).toBeLessThan(LATEST_MS)
    }
    cluster.thaw()
    await recovers(open)
    await recovers(fresh)
    await Promise.all([open.close(), fresh.close()])
  })

  test('freezes under a pool that has no time-outs at all: the deadline is ours', async () => {
    const pool = new pg.Pool({ connectionString: cluster.url, max: 2 })
    pool.on('connect', (client) => client.on('error', () => undefined))
    const users = sqlUsers({ database: fromPg(pool), table: 'users', deadlineMs: DEADLINE_MS })
    await crowd(users)
    cluster.freeze()
    for (const { how, ms } of await crowd(users)) {
      expect(how).toBe('DEADLINE')
      expect(ms).toBeLessThan(LATEST_MS)
    }
    cluster.thaw()
    await recovers(users)
    expect(pool.waitingCount).toBe(0)
    expect(pool.idleCount).toBe(pool.totalCount)
    await pool.end()
  })

  test('is killed and started again in the middle of logins: faults or right answers, nothing else', async () => {
    const { outcomes, slowestMs } = await restartInTheMiddle(cluster, ['kill', 'immediate', 'fast'])
    expect([...outcomes.keys()].sort()).toEqual(['CHECKER_UNAVAILABLE', 'granted', 'refused'])
    expect(slowestMs).toBeLessThan(LATEST_MS)
  })

  test('has fewer letters than a name: nobody has that name', async () => {
    await run("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    const url = cluster.url.replace(/postgres$/, 'latin')
    const pool = new pg.Pool({ connectionString: url, max: 1 })
    pool.on('connect', (client) => client.on('error', () => undefined))
    await pool.query('CREATE TABLE users (username TEXT, password TEXT)')
    await pool.query("INSERT INTO users VALUES ('Zoë', NULL), ('?', NULL)")
    const users = sqlUsers({ database: fromPg(pool), table: 'users' })
    expect(await users.find('Zoë', attempt())).toEqual({ id: 'Zoë' })
    for (const name of ['日本', '\u{1f511}', 'Zoё']) expect(await users.find(name, attempt())).toBeUndefined()
    expect(pool.idleCount).toBe(1)
    await pool.end()
  })
})

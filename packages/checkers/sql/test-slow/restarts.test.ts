import { hash } from '@gatewright/passwords'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Cluster, createCluster, postgresPrograms, type Stop } from '../test/cluster.ts'
import { restartInTheMiddle } from '../test/restarts.ts'

const bin = postgresPrograms()
const WAYS: readonly Stop[] = ['kill', 'immediate', 'fast']

test('PostgreSQL is installed', (context) => {
  if (bin !== undefined) return
  if (process.env.CI === 'true') throw new Error('PostgreSQL is not installed')
  context.skip('PostgreSQL is not installed, so none can be stopped')
})

describe.skipIf(bin === undefined)('a server that is stopped 20 times in the middle of logins', () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await createCluster(bin ?? '')
    const client = new pg.Client({ connectionString: cluster.url })
    await client.connect()
    await client.query('CREATE TABLE users (username TEXT PRIMARY KEY, password TEXT)')
    await client.query('INSERT INTO users VALUES ($1, $2)', ['ada', await hash('sesame')])
    await client.end()
  })
  afterAll(async () => cluster?.remove())

  test('brings faults within 2 s and right answers, nothing else; and memory stays as it is', async () => {
    const stops = Array.from({ length: 20 }, (_, i) => WAYS[i % WAYS.length] as Stop)
    const { outcomes, slowestMs, growth } = await restartInTheMiddle(cluster, stops)
    expect([...outcomes.keys()].sort()).toEqual(['CHECKER_UNAVAILABLE', 'granted', 'refused'])
    expect(slowestMs).toBeLessThan(2_000)
    expect(growth).toBeLessThan(64 * 1024 * 1024)
  })
})

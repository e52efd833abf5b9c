import { hash } from '@gatewright/passwords'
import { createPool } from 'mysql2/promise'
import pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'
import { fromMysql2, fromPg, type SqlExecutor, type SqlUsers, sqlUsers } from '../src/index.ts'
import { source } from '../src/plugin.ts'
import { attempt } from './attempt.ts'
import { addUsers, onEveryEngine, scratchFor, USERS_TABLE } from './engines.ts'
import { type FaultProxy, faultProxy, type Mode } from './fault-proxy.ts'

const stored = await hash('sesame')
const DEADLINE_MS = 400
/** A loaded machine is slow, but no machine makes a fault of the network take longer than this. */
const LATEST_MS = 3_000

/** How a look-up ended, and after how long. */
async function ending(users: SqlUsers): Promise<{ readonly how: string; readonly ms: number }> {
  const began = performance.now()
  const how = await users.find('ada', attempt()).then(
    (user) => user?.id ?? 'nobody',
    (error: unknown) => String(Reflect.get(Object(error), 'code')),
  )
  return { how, ms: performance.now() - began }
}

/** Asks until it is well again, at most 50 times. */
async function recovers(users: SqlUsers): Promise<number> {
  for (let tries = 1; tries <= 50; tries++) if ((await ending(users)).how === 'id-1') return tries
  return Number.POSITIVE_INFINITY
}

onEveryEngine(
  'a network that fails',
  (engine) => {
    const scratch = scratchFor(engine, async (made) => {
      await made.run(USERS_TABLE)
      await addUsers(made, [{ id: 'id-1', username: 'ada', password: stored }])
    })
    const proxies: FaultProxy[] = []
    afterAll(async () => {
      for (const proxy of proxies) await proxy.close()
    })

    async function through(): Promise<{ readonly proxy: FaultProxy; readonly url: string }> {
      const url = new URL((await scratch()).url)
      const proxy = await faultProxy({ host: url.hostname, port: Number(url.port) })
      proxies.push(proxy)
      url.port = String(proxy.port)
      return { proxy, url: url.href }
    }

    const MODES: readonly Mode[] = ['refuse', 'swallow', 'garbage', 'cut']
    test.each(MODES.flatMap((mode) => [[mode, 'open'] as const, [mode, 'new'] as const]))(
      '%s on %s connections: faults in time, and well again after it',
      async (mode, connections) => {
        const { proxy, url } = await through()
        const users = await source(`${url}?table=users&id=id&deadline=${DEADLINE_MS}&pool=3`)
        try {
          if (connections === 'open') expect((await ending(users)).how).toBe('id-1')
          proxy.mode = mode
          const endings = await Promise.all(Array.from({ length: 12 }, () => ending(users)))
          for (const { how, ms } of endings) {
            expect(['UNAVAILABLE', 'DEADLINE']).toContain(how)
            expect(ms).toBeLessThan(LATEST_MS)
          }
          proxy.mode = 'pass'
          expect(await recovers(users)).toBeLessThanOrEqual(10)
          for (const { how } of await Promise.all(Array.from({ length: 12 }, () => ending(users))))
            expect(how).toBe('id-1')
        } finally {
          proxy.mode = 'pass'
          await users.close()
        }
      },
    )

    test('connections that are lost while nobody uses them hurt nobody', async () => {
      const { proxy, url } = await through()
      const users = await source(`${url}?table=users&id=id&deadline=${DEADLINE_MS}`)
      for (let i = 0; i < 3; i++) {
        await Promise.all(Array.from({ length: 4 }, () => ending(users)))
        proxy.breakAll()
        expect(await recovers(users)).toBeLessThanOrEqual(10)
      }
      await users.close()
    })
  },
  ['postgres', 'mariadb'],
)

/** A pool of the application, of two connections. */
interface AppPool {
  readonly executor: SqlExecutor
  hold(): Promise<() => void>
  /** Connections that exist, and those of them that nobody holds. */
  count(): readonly [all: number, idle: number]
  end(): Promise<void>
}

function pgPool(connectionString: string): AppPool {
  const pool = new pg.Pool({ connectionString, max: 2 })
  pool.on('connect', (client) => client.on('error', () => undefined))
  return {
    executor: fromPg(pool),
    async hold() {
      const client = await pool.connect()
      return () => client.release()
    },
    count: () => [pool.totalCount, pool.idleCount],
    end: () => pool.end(),
  }
}

function mysqlPool(uri: string): AppPool {
  const pool = createPool({ uri, connectionLimit: 2 })
  const inner = pool.pool as unknown as Record<'_allConnections' | '_freeConnections', { readonly length: number }>
  return {
    executor: fromMysql2(pool),
    async hold() {
      const connection = await pool.getConnection()
      return () => connection.release()
    },
    count: () => [inner._allConnections.length, inner._freeConnections.length],
    end: () => pool.end(),
  }
}

onEveryEngine(
  'a pool that the application uses up',
  (engine) => {
    const scratch = scratchFor(engine, async (made) => {
      await made.run(USERS_TABLE)
      await addUsers(made, [{ id: 'id-1', username: 'ada', password: stored }])
    })
    const open = engine.dialect === 'postgres' ? pgPool : mysqlPool

    test('is a fault within the deadline; nothing is lost by it', async () => {
      const pool = open((await scratch()).url)
      const users = sqlUsers({
        database: pool.executor,
        table: 'users',
        columns: { id: 'id' },
        deadlineMs: DEADLINE_MS,
      })
      const held = [await pool.hold(), await pool.hold()]
      for (const { how, ms } of await Promise.all(Array.from({ length: 20 }, () => ending(users)))) {
        expect(how).toBe('DEADLINE')
        expect(ms).toBeLessThan(LATEST_MS)
      }
      for (const release of held) release()
      expect((await ending(users)).how).toBe('id-1')
      const [all, idle] = pool.count()
      expect(idle).toBe(all)
      await pool.end()
    })

    test('gets every connection back: of logins that succeed, fail, and leave', async () => {
      const pool = open((await scratch()).url)
      const options = { database: pool.executor, columns: { id: 'id' } } as const
      const users = sqlUsers({ ...options, table: 'users' })
      const broken = sqlUsers({ ...options, table: 'nowhere' })
      for (let i = 0; i < 20; i++) {
        const controller = new AbortController()
        const leaving = users.find('ada', attempt(controller.signal)).catch(() => 'left')
        controller.abort()
        const ended = await Promise.all([leaving, ending(broken), ending(users)])
        expect(ended).toMatchObject(['left', { how: 'UNAVAILABLE' }, { how: 'id-1' }])
      }
      // Those who left have been let go, but their statements may still run; two at once can be held only after them.
      const held = [await pool.hold(), await pool.hold()]
      for (const release of held) release()
      const [all, idle] = pool.count()
      expect(idle).toBe(all)
      await pool.end()
    })
  },
  ['postgres', 'mariadb'],
)

onEveryEngine(
  'the clients of a pool',
  (engine) => {
    const scratch = scratchFor(engine, async (made) => {
      await made.run(USERS_TABLE)
    })

    test('hears of those it was never lent, so that losing them ends no process', async () => {
      const url = new URL((await scratch()).url)
      const proxy = await faultProxy({ host: url.hostname, port: Number(url.port) })
      url.port = String(proxy.port)
      const pool = new pg.Pool({ connectionString: url.href, max: 1 })
      const users = sqlUsers({ database: fromPg(pool), table: 'users' })
      // The pool's own listener is off while a client is lent; as it is for one that comes when nobody waits any more.
      const client = await pool.connect()
      expect(client.listenerCount('error')).toBe(1)
      const lost = new Promise((resolve) => client.once('end', resolve))
      proxy.breakAll()
      await lost
      client.release(true)
      expect(await users.find('ada', attempt())).toBeUndefined()
      await pool.end()
      await proxy.close()
    })

    test('hears of each client once, however often it is lent', async () => {
      const pool = new pg.Pool({ connectionString: (await scratch()).url, max: 1 })
      const early = await pool.connect()
      early.release()
      const users = sqlUsers({ database: fromPg(pool), table: 'users' })
      for (let i = 0; i < 20; i++) await users.find('ada', attempt())
      const client = await pool.connect()
      expect(client).toBe(early)
      expect(client.listenerCount('error')).toBe(1)
      client.release()
      await pool.end()
    })
  },
  ['postgres'],
)

describe('what is no pool', () => {
  test.each([undefined, null, {}, { query: () => {} }])('%s is refused at once', (pool) => {
    const refusal = expect.objectContaining({ name: 'PortalError', code: 'BAD_CONFIGURATION' })
    expect(() => fromPg(pool as never)).toThrow(refusal)
    expect(() => fromMysql2(pool as never)).toThrow(refusal)
  })

  test('a pool of callbacks is refused with the way out', async () => {
    const { default: mysql } = await import('mysql2')
    const pool = mysql.createPool({ host: '127.0.0.1' })
    expect(() => fromMysql2(pool as never)).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('pool.promise()') }),
    )
    pool.end(() => undefined)
  })
})

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createPool, type Pool as MariadbPool, type RowDataPacket } from 'mysql2/promise'
import pg from 'pg'
import { afterAll, describe, test } from 'vitest'
import { fromMysql2, fromPg, fromSqlite, type SqlExecutor, type SqliteDatabase } from '../src/index.ts'

/** A database of a test's own, on a real engine. */
export interface Scratch {
  readonly executor: SqlExecutor
  /** For `sql:`, where a URL can lead there. */
  readonly url: string
  /** Any statement, by a connection that the tests have to themselves. */
  readonly run: (
    text: string,
    params?: readonly (string | number | bigint | null | Uint8Array)[],
  ) => Promise<Record<string, unknown>[]>
  /** Makes every further statement of `executor` fail. */
  sabotage(): Promise<void>
  /** Removes it, with everything in it. */
  drop(): Promise<void>
}

export interface Engine {
  readonly name: string
  readonly dialect: 'sqlite' | 'postgres' | 'mariadb'
  open(): Promise<Scratch>
}

const POSTGRES = process.env.GATEWRIGHT_TEST_POSTGRES ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const MARIADB = process.env.GATEWRIGHT_TEST_MARIADB ?? 'mysql://root@127.0.0.1:3306/mysql'

interface BetterSqlite extends SqliteDatabase {
  close(): void
  exec(text: string): void
}
const BetterSqlite3 = createRequire(import.meta.url)('better-sqlite3') as new (
  path: string,
  options: object,
) => BetterSqlite

function sqlite(name: string, open: (path: string) => BetterSqlite | DatabaseSync): Engine {
  return {
    name,
    dialect: 'sqlite',
    async open(): Promise<Scratch> {
      const directory = mkdtempSync(join(tmpdir(), 'gatewright-sql-'))
      const path = join(directory, 'users.db')
      const own = new DatabaseSync(path, { timeout: 1_000 })
      own.exec('PRAGMA journal_mode = WAL')
      const db = open(path)
      return {
        executor: fromSqlite(db),
        url: `sqlite:${path}`,
        run: async (text, params = []) => own.prepare(text).all(...params),
        sabotage: async () => db.close(),
        async drop(): Promise<void> {
          try {
            db.close()
          } catch {
            // Sabotaged before.
          }
          own.close()
          rmSync(directory, { recursive: true })
        },
      }
    },
  }
}

const scratchName = () => `gatewright_${randomBytes(6).toString('hex')}`

const postgres: Engine = {
  name: 'PostgreSQL',
  dialect: 'postgres',
  async open(): Promise<Scratch> {
    const name = scratchName()
    const url = new URL(POSTGRES)
    await once(POSTGRES, `CREATE DATABASE ${name}`)
    url.pathname = `/${name}`
    const pool = new pg.Pool({ connectionString: url.href, max: 5, connectionTimeoutMillis: 1_500 })
    const own = new pg.Pool({ connectionString: url.href, max: 2 })
    // A pool has ended before its last connection has, and the database is then dropped under that one.
    own.on('connect', (client) => void client.on('error', () => undefined))
    // Dropping the database may overtake the farewell of a connection.
    for (const each of [pool, own]) each.on('connect', (client) => client.on('error', () => undefined))
    let ended = false
    const end = async () => {
      if (!ended) await pool.end()
      ended = true
    }
    return {
      executor: fromPg(pool),
      url: url.href,
      run: async (text, params = []) => {
        let number = 0
        const numbered = params.length > 0 ? text.replaceAll('?', () => `$${++number}`) : text
        return (await own.query(numbered, [...params])).rows
      },
      sabotage: end,
      async drop(): Promise<void> {
        await Promise.all([end(), own.end()])
        await once(POSTGRES, `DROP DATABASE ${name} WITH (FORCE)`)
      },
    }
  },
}

async function once(connectionString: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}

const mariadb: Engine = {
  name: 'MariaDB',
  dialect: 'mariadb',
  async open(): Promise<Scratch> {
    const name = scratchName()
    const url = new URL(MARIADB)
    const root = createPool({ uri: MARIADB, connectionLimit: 1, connectTimeout: 2_000 })
    let pool: MariadbPool
    let own: MariadbPool
    try {
      await root.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`)
      url.pathname = `/${name}`
      pool = createPool({ uri: url.href, connectionLimit: 5, connectTimeout: 1_500 })
      own = createPool({ uri: url.href, connectionLimit: 2 })
    } catch (error) {
      await root.end()
      throw error
    }
    let ended = false
    const end = async () => {
      if (!ended) await pool.end()
      ended = true
    }
    return {
      executor: fromMysql2(pool),
      url: url.href,
      run: async (text, params = []) => {
        const [rows] = await own.query<RowDataPacket[]>(text, [...params])
        return Array.isArray(rows) ? rows : []
      },
      sabotage: end,
      async drop(): Promise<void> {
        await Promise.all([end(), own.end()])
        await root.query(`DROP DATABASE ${name}`)
        await root.end()
      },
    }
  },
}

const ALL: readonly Engine[] = [
  sqlite('node:sqlite', (path) => new DatabaseSync(path, { timeout: 0 })),
  sqlite('better-sqlite3', (path) => new BetterSqlite3(path, { timeout: 0 })),
  postgres,
  mariadb,
]

async function whyAbsent(engine: Engine): Promise<string | undefined> {
  try {
    await (await engine.open()).drop()
    return undefined
  } catch (error) {
    return `${engine.name} does not answer (${error instanceof Error ? error.message : String(error)})`
  }
}

const ABSENT: ReadonlyMap<Engine, string | undefined> = new Map(
  await Promise.all(ALL.map(async (engine) => [engine, await whyAbsent(engine)] as const)),
)

/** The tests of every engine. One that is absent is skipped with its reason, but not where CI must see everything. */
export function onEveryEngine(
  promise: string,
  tests: (engine: Engine) => void,
  only?: readonly Engine['dialect'][],
): void {
  for (const engine of ALL) {
    if (only && !only.includes(engine.dialect)) continue
    const reason = ABSENT.get(engine)
    describe(`${promise}: ${engine.name}`, () => {
      if (reason === undefined) tests(engine)
      else
        test('the server is there', (context) => {
          if (process.env.CI === 'true') throw new Error(reason)
          context.skip(reason)
        })
    })
  }
}

/** One scratch database for the tests of a block. */
export function scratchFor(engine: Engine, prepare: (scratch: Scratch) => Promise<void>): () => Promise<Scratch> {
  let scratch: Promise<Scratch> | undefined
  // One that could not be prepared is gone already, and its tests have said why.
  afterAll(async () => (await scratch?.catch(() => undefined))?.drop())
  return () => {
    scratch ??= (async () => {
      const made = await engine.open()
      try {
        await prepare(made)
        return made
      } catch (error) {
        await made.drop()
        throw error
      }
    })()
    return scratch
  }
}

/** The table that most tests use. */
export const USERS_TABLE =
  'CREATE TABLE users (id VARCHAR(64) PRIMARY KEY, username VARCHAR(255) NOT NULL UNIQUE, password VARCHAR(255), blocked VARCHAR(20), ha1 VARCHAR(64))'

export interface UserRow {
  readonly id: string
  readonly username: string
  readonly password?: string | null
  readonly blocked?: string | null
  readonly ha1?: string | null
}

export async function addUsers({ run }: Pick<Scratch, 'run'>, rows: readonly UserRow[]): Promise<void> {
  for (const { id, username, password = null, blocked = null, ha1 = null } of rows) {
    const params = [id, username, password, blocked, ha1]
    await run('INSERT INTO users (id, username, password, blocked, ha1) VALUES (?, ?, ?, ?, ?)', params)
  }
}

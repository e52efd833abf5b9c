import { accessSync, constants, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { SqlError } from './errors.ts'
import { fromMysql2, type Mysql2Pool } from './from-mysql2.ts'
import { fromPg, type PgPool } from './from-pg.ts'
import { fromSqlite } from './from-sqlite.ts'
import { importDriver } from './import-driver.ts'
import type { SqlExecutor } from './sql-executor.ts'
import type { ServerAddress, SqlTarget } from './sql-url.ts'

/** An executor with connections of its own, which `close()` ends. */
export type OwnedExecutor = SqlExecutor & { close(): Promise<void> }

/** An executor, and whether it can write. */
export interface OpenDatabase {
  readonly database: OwnedExecutor
  readonly writable: boolean
}

/**
 * Opens what a URL leads to. Pools are made with timeouts, because those of the drivers' defaults wait for ever.
 * @throws {SqlError} `DRIVER_MISSING`, `UNAVAILABLE`; servers are first connected to when somebody logs in
 */
export async function openDatabase(target: SqlTarget, cwd: string, deadlineMs: number): Promise<OpenDatabase> {
  switch (target.dialect) {
    case 'sqlite':
      return await openSqlite(resolve(cwd, target.path))
    case 'postgres':
      return { database: postgres(await importDriver('pg', cwd), target.address, deadlineMs), writable: true }
    case 'mysql':
      return { database: mysql(await importDriver('mysql2/promise', cwd), target.address, deadlineMs), writable: true }
  }
}

/** Two handles: the one that answers logins cannot write, whatever a query says. */
async function openSqlite(path: string): Promise<OpenDatabase> {
  // Imported when it is needed: on Node 22 it prints a warning.
  const { DatabaseSync } = await import('node:sqlite')
  if (!isFile(path)) {
    throw new SqlError('UNAVAILABLE', 'there is no such SQLite file', {
      hint: 'The path is taken from the working directory; a database is not created here.',
    })
  }
  // A zero timeout: waiting for a lock in SQLite itself would stop the event loop.
  const reader = new DatabaseSync(path, { readOnly: true, timeout: 0 })
  const writer = mayWrite(path) ? new DatabaseSync(path, { timeout: 0 }) : undefined
  const reading = fromSqlite(reader)
  const writing = writer === undefined ? reading : fromSqlite(writer)
  let open = true
  return {
    writable: writer !== undefined,
    database: {
      placeholder: reading.placeholder,
      query: (text, ...rest) => (/^\s*update\b/i.test(text) ? writing : reading).query(text, ...rest),
      async close(): Promise<void> {
        if (!open) return
        open = false
        reader.close()
        writer?.close()
      },
    },
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

/** SQLite writes its journal beside the file. */
function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    accessSync(dirname(path), constants.W_OK)
    return true
  } catch {
    // Look-ups are none the worse for it; old hashes stay as they are.
    return false
  }
}

function postgres(driver: unknown, address: ServerAddress, deadlineMs: number): OwnedExecutor {
  const { Pool } = driver as { readonly Pool: new (config: object) => PgPool & Ending }
  const { host, port, socket, user, password, database, sslmode, pool: max } = address
  const pool = new Pool({
    host: socket ?? host,
    database,
    max,
    ...(port === undefined ? {} : { port }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ssl: tls(sslmode),
    application_name: 'gatewright',
    connectionTimeoutMillis: deadlineMs,
    query_timeout: deadlineMs,
    statement_timeout: deadlineMs,
    keepAlive: true,
    // A process that has nothing else to do may end.
    allowExitOnIdle: true,
  })
  return owned(fromPg(pool), pool)
}

function mysql(driver: unknown, address: ServerAddress, deadlineMs: number): OwnedExecutor {
  const { createPool } = driver as { readonly createPool: (config: object) => Mysql2Pool & Ending }
  const { host, port, socket, user, password, database, sslmode, pool: connectionLimit } = address
  const pool = createPool({
    ...(socket === undefined ? { host, ...(port === undefined ? {} : { port }) } : { socketPath: socket }),
    database,
    connectionLimit,
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(sslmode === 'disable' ? {} : { ssl: tls(sslmode) }),
    connectTimeout: deadlineMs,
    enableKeepAlive: true,
    // Ids past 2^53 come as text, whole.
    supportBigNumbers: true,
  })
  return owned(fromMysql2(pool), pool)
}

const tls = (sslmode: ServerAddress['sslmode']) =>
  sslmode === 'disable' ? false : { rejectUnauthorized: sslmode === 'verify-full' }

interface Ending {
  end(): Promise<void>
}

function owned(executor: SqlExecutor, pool: Ending): OwnedExecutor {
  let ended: Promise<void> | undefined
  return {
    ...executor,
    close(): Promise<void> {
      ended ??= pool.end()
      return ended
    },
  }
}

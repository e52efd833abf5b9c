import { accessSync, constants, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { SqlError } from './errors.ts'
import { type Mysql2Pool, mysql2Executor, mysql2Lender } from './from-mysql2.ts'
import { type PgPool, pgExecutor, pgLender } from './from-pg.ts'
import { fromSqlite } from './from-sqlite.ts'
import { importDriver } from './import-driver.ts'
import type { Lender } from './lend.ts'
import { pin } from './pin.ts'
import { tlsOptions } from './server-tls.ts'
import type { SqlExecutor } from './sql-executor.ts'
import type { ServerAddress, SqlTarget } from './sql-url.ts'

/** An executor with connections of its own, which `close()` ends. */
export type OwnedExecutor = SqlExecutor & { close(): Promise<void> }

/** An executor, and whether it can write. */
export interface OpenDatabase {
  readonly database: OwnedExecutor
  readonly writable: boolean
  /** One connection for several statements, for a transaction. It is made by the first of them. */
  session(): SqlSession
}

/** An executor on one connection. */
export interface SqlSession {
  readonly database: SqlExecutor
  /** Ends the connection, and with it whatever was not committed. */
  end(): void
}

/**
 * Opens what a URL leads to. Pools are made with timeouts, because those of the drivers' defaults wait for ever.
 * @throws {SqlError} `DRIVER_MISSING`, `UNAVAILABLE`; servers are first connected to when somebody logs in
 * @throws {PortalError} `BAD_CONFIGURATION` for certificates that cannot be read
 */
export async function openDatabase(target: SqlTarget, cwd: string, deadlineMs: number): Promise<OpenDatabase> {
  switch (target.dialect) {
    case 'sqlite':
      return await openSqlite(resolve(cwd, target.path))
    case 'postgres':
      return postgres(await importDriver('pg', cwd), target.address, tlsOf(target.address, cwd), deadlineMs)
    case 'mysql':
      return mysql(await importDriver('mysql2/promise', cwd), target.address, tlsOf(target.address, cwd), deadlineMs)
  }
}

type Tls = ReturnType<typeof tlsOptions>

const tlsOf = ({ sslmode, sslrootcert }: ServerAddress, cwd: string): Tls =>
  tlsOptions(sslmode, sslrootcert === undefined ? undefined : resolve(cwd, sslrootcert))

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
    session(): SqlSession {
      const db = new DatabaseSync(path, { timeout: 0 })
      return { database: fromSqlite(db), end: () => db.close() }
    },
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

function postgres(driver: unknown, address: ServerAddress, ssl: Tls, deadlineMs: number): OpenDatabase {
  const { Pool } = driver as { readonly Pool: new (config: object) => PgPool & Ending }
  const { host, port, socket, user, password, database, pool: max } = address
  const pool = new Pool({
    host: socket ?? host,
    database,
    max,
    ...(port === undefined ? {} : { port }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ssl,
    application_name: 'gatewright',
    connectionTimeoutMillis: deadlineMs,
    query_timeout: deadlineMs,
    statement_timeout: deadlineMs,
    keepAlive: true,
    // A process that has nothing else to do may end.
    allowExitOnIdle: true,
  })
  return owned(pgLender(pool), pgExecutor, pool)
}

function mysql(driver: unknown, address: ServerAddress, ssl: Tls, deadlineMs: number): OpenDatabase {
  const { createPool } = driver as { readonly createPool: (config: object) => Mysql2Pool & Ending }
  const { host, port, socket, user, password, database, pool: connectionLimit } = address
  const pool = createPool({
    ...(socket === undefined ? { host, ...(port === undefined ? {} : { port }) } : { socketPath: socket }),
    database,
    connectionLimit,
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(ssl === false ? {} : { ssl }),
    connectTimeout: deadlineMs,
    enableKeepAlive: true,
    // Ids past 2^53 come as text, whole.
    supportBigNumbers: true,
  })
  return owned(mysql2Lender(pool), mysql2Executor, pool)
}

interface Ending {
  end(): Promise<void>
}

function owned<Connection>(
  lender: Lender<Connection>,
  executor: (lender: Lender<Connection>) => SqlExecutor,
  pool: Ending,
): OpenDatabase {
  let ended: Promise<void> | undefined
  return {
    writable: true,
    session(): SqlSession {
      const pinned = pin(lender)
      return { database: executor(pinned), end: () => pinned.end() }
    },
    database: {
      ...executor(lender),
      close(): Promise<void> {
        // mysql2 rejects with what became of a connection that was still being made; the pool is gone either way.
        ended ??= pool.end().catch(() => undefined)
        return ended
      },
    },
  }
}

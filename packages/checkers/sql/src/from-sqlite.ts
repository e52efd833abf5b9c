import { setTimeout as sleep } from 'node:timers/promises'
import { PortalError } from '@gatewright/portal'
import type { SqlExecutor, SqlResult } from './sql-executor.ts'

/** What is needed of a `DatabaseSync` of `node:sqlite`, or of a `Database` of `better-sqlite3`. */
export interface SqliteDatabase {
  prepare(text: string): SqliteStatement
}

/** What is needed of a statement of such a database. */
export interface SqliteStatement {
  all(...values: string[]): readonly unknown[]
  run(...values: string[]): { readonly changes: number | bigint }
  /** Whether it returns rows; only `better-sqlite3` says so. */
  readonly reader?: boolean
}

const AGAIN_MS = 10

/**
 * An executor on an open SQLite database. It stays yours. While another process holds the lock, the statement is tried
 * again until the deadline, without stopping the event loop; so open the database with `timeout: 0`.
 *
 * @throws {PortalError} `BAD_CONFIGURATION` for something that is no database
 */
export function fromSqlite(db: SqliteDatabase): SqlExecutor {
  if (typeof db?.prepare !== 'function') {
    throw new PortalError('BAD_CONFIGURATION', 'fromSqlite needs a database of node:sqlite or better-sqlite3', {
      hint: "Such as fromSqlite(new DatabaseSync('users.db')).",
    })
  }
  return {
    placeholder: 'question',
    async query(text, params, signal): Promise<SqlResult> {
      while (true) {
        try {
          return run(db, text, params)
        } catch (error) {
          if (!isBusy(error) || signal?.aborted !== false) throw error
          await sleep(AGAIN_MS, undefined, { signal })
        }
      }
    },
  }
}

function run(db: SqliteDatabase, text: string, params: readonly string[]): SqlResult {
  const statement = db.prepare(text)
  // Every login looks somebody up, so that is not made slower by counting.
  if (/^\s*select\b/i.test(text)) return { rows: statement.all(...params) as Record<string, unknown>[], affected: 0 }
  if (statement.reader === false) return { rows: [], affected: Number(statement.run(...params).changes) }
  // node:sqlite does not tell whether a statement returns rows or changes some. `changes()` alone would speak of an earlier
  // one, and the total counts what triggers did.
  const before = count(db, 'total_changes()')
  const rows = statement.all(...params) as Record<string, unknown>[]
  return { rows, affected: count(db, 'total_changes()') === before ? 0 : count(db, 'changes()') }
}

function count(db: SqliteDatabase, what: 'changes()' | 'total_changes()'): number {
  const [row] = db.prepare(`SELECT ${what} AS count`).all()
  return Number((row as { readonly count: number | bigint }).count)
}

/** SQLITE_BUSY is 5; extended codes hold it in their lowest byte. */
function isBusy(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const { code, errcode } = error as { readonly code?: unknown; readonly errcode?: unknown }
  return (
    (typeof code === 'string' && code.startsWith('SQLITE_BUSY')) ||
    (typeof errcode === 'number' && (errcode & 255) === 5)
  )
}

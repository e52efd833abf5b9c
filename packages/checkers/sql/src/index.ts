/**
 * Checks passwords against your own table, or by your own query, in SQLite, PostgreSQL, MySQL and MariaDB.
 *
 * ```ts
 * import { DatabaseSync } from 'node:sqlite'
 * import { fromSqlite, sqlChecker } from '@gatewright/checker-sql'
 * import { createPortal } from '@gatewright/portal'
 *
 * const db = new DatabaseSync('users.db', { timeout: 0 })
 * const portal = createPortal({
 *   realm: { desk: (id) => ({ owner: id }) },
 *   checkers: [sqlChecker({ database: fromSqlite(db), table: 'users', columns: { id: 'user_id' } })],
 * })
 * ```
 *
 * @module
 */
export { SqlError, type SqlErrorCode } from './errors.ts'
export { fromMysql2, type Mysql2Connection, type Mysql2Pool } from './from-mysql2.ts'
export { fromPg, type PgClient, type PgPool } from './from-pg.ts'
export { fromSqlite, type SqliteDatabase, type SqliteStatement } from './from-sqlite.ts'
export { sqlChecker } from './sql-checker.ts'
export type { SqlExecutor, SqlResult } from './sql-executor.ts'
export {
  openSqlPasswords,
  type SqlPasswords,
  type SqlPasswordsOptions,
  type SqlSetReport,
  type StoredPassword,
} from './sql-passwords.ts'
export { type SqlUsers, sqlUsers } from './sql-users.ts'
export type { SqlColumns, SqlHa1Column, SqlUsersOptions } from './sql-users-options.ts'

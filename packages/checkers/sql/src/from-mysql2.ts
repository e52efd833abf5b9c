import { PortalError } from '@gatewright/portal'
import { type Lender, lend } from './lend.ts'
import type { SqlExecutor, SqlResult } from './sql-executor.ts'
import { isUnwritable } from './unwritable.ts'

/** What is needed of a pool of `mysql2/promise`. */
export interface Mysql2Pool {
  getConnection(): Promise<Mysql2Connection>
}

/** What is needed of a connection that such a pool lends. */
export interface Mysql2Connection {
  execute(text: string, values: string[]): Promise<readonly [result: unknown, fields: unknown]>
  release(): void
  destroy(): void
}

/**
 * An executor on a pool of `mysql2/promise`, for MySQL and MariaDB. The pool stays yours; give it a `connectTimeout`. A
 * connection that is still at work when the deadline passes is destroyed, because a frozen server would keep it for ever.
 *
 * @throws {PortalError} `BAD_CONFIGURATION` for something that is no such pool
 */
export function fromMysql2(pool: Mysql2Pool): SqlExecutor {
  if (typeof pool?.getConnection !== 'function' || typeof Reflect.get(pool, 'promise') === 'function') {
    throw new PortalError('BAD_CONFIGURATION', 'fromMysql2 needs a pool of mysql2/promise', {
      hint: "Make it with createPool of 'mysql2/promise', or hand over pool.promise().",
    })
  }
  return mysql2Executor(mysql2Lender(pool))
}

/** The connections of a pool. */
export function mysql2Lender(pool: Mysql2Pool): Lender<Mysql2Connection> {
  return {
    take: () => pool.getConnection(),
    giveBack: (connection) => connection.release(),
    destroy: (connection) => connection.destroy(),
  }
}

/** Statements, each on a connection that is lent for it. */
export function mysql2Executor(lender: Lender<Mysql2Connection>): SqlExecutor {
  return {
    placeholder: 'question',
    // `execute` has the server bind the values; `query` would write them into the text.
    query: (text, params, signal) =>
      lend(
        lender,
        async (connection) => {
          try {
            const [result] = await connection.execute(text, [...params])
            return resultOf(result)
          } catch (error) {
            if (isUnwritable(error, 'ER_CANT_AGGREGATE_2COLLATIONS', params)) return { rows: [], affected: 0 }
            throw error
          }
        },
        signal,
      ),
  }
}

function resultOf(result: unknown): SqlResult {
  if (Array.isArray(result)) return { rows: result, affected: 0 }
  const affected: unknown =
    typeof result === 'object' && result !== null ? Reflect.get(result, 'affectedRows') : undefined
  return { rows: [], affected: typeof affected === 'number' ? affected : Number.NaN }
}

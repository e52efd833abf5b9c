import type { StoredUser, UserSource } from '@gatewright/passwords'
import { type Attempt, prepareUsername } from '@gatewright/portal'
import { ask } from './ask.ts'
import { checkOptions } from './check-options.ts'
import { SqlError } from './errors.ts'
import type { SqlResult } from './sql-executor.ts'
import type { SqlUsersOptions } from './sql-users-options.ts'
import { storedIn, userInRow } from './user-in-row.ts'

/** Users in a database. */
export interface SqlUsers extends UserSource {
  /** @throws {SqlError} every code but `TRUNCATED` and `DRIVER_MISSING`: faults, never denials */
  find(username: string, attempt: Attempt): Promise<StoredUser | undefined>
  /** Closes the executor, if it has a `close()`; pools that were made elsewhere stay open. */
  close(): Promise<void>
}

/**
 * Users in a table, or by a query of your own. Nothing is cached: who is changed, blocked or deleted is so at the next login.
 * Every fault of the database is thrown within the deadline, and none is ever taken for an unknown user.
 *
 * @throws {PortalError} `BAD_CONFIGURATION` for options that could not work
 */
export function sqlUsers(options: SqlUsersOptions): SqlUsers {
  const { database, name, accepts, statements, caseFold, deadlineMs } = checkOptions(options)
  const { find, update, reread, sample, columns } = statements
  const prepare = caseFold ? fold : prepareUsername

  const say = (text: string, params: readonly string[], signal?: AbortSignal): Promise<SqlResult> =>
    ask(database, { text, params, deadlineMs, ...(signal === undefined ? {} : { signal }) })

  /** @returns how many rows were changed, none or one */
  async function replace(text: string, id: string, previous: string, next: string): Promise<boolean> {
    const { affected } = await say(text, [next, id, previous])
    if (affected > 1) throw new SqlError('AMBIGUOUS', `the update of one user changed ${affected} rows`, UNIQUE)
    return affected === 1
  }

  /**
   * MySQL outside of its strict mode cuts what is too long for a column, and calls it done: a bcrypt column of 60
   * characters would lock out everybody whose password is renewed.
   */
  async function keepWhole(id: string, previous: string, next: string): Promise<void> {
    if (reread === undefined || update === undefined || columns.password === undefined) return
    const [row] = (await say(reread, [id])).rows
    const stored = row && storedIn(row, columns.password)
    if (stored === undefined || stored.length >= next.length || !next.startsWith(stored)) return
    await replace(update, id, stored, previous)
    throw new SqlError('TRUNCATED', `column '${columns.password}' is too short for a new password hash`, {
      hint: 'Make it TEXT or VARCHAR(255). The old hash was put back.',
    })
  }

  return {
    name,
    accepts,
    async find(username, attempt): Promise<StoredUser | undefined> {
      const wanted = prepare(username)
      if (wanted === undefined) return undefined
      const { rows } = await say(find, [wanted], attempt.signal)
      if (rows.length > 1) throw new SqlError('AMBIGUOUS', 'the database knows more than one user by this name', UNIQUE)
      const [row] = rows
      return row && userInRow(row, columns, (stored) => (caseFold ? fold(stored) : stored) === wanted)
    },
    ...(update === undefined
      ? {}
      : {
          async replacePassword(id, previous, next): Promise<boolean> {
            const replaced = await replace(update, id, previous, next)
            if (replaced) await keepWhole(id, previous, next)
            return replaced
          },
        }),
    ...(sample === undefined || columns.password === undefined
      ? {}
      : { sample: sampler(columns.password, () => say(sample, [])) }),
    async close(): Promise<void> {
      await database.close?.()
    },
  }
}

/** An odd value is its user's fault, at that user's login: it must not end everybody's. */
function sampler(column: string, query: () => Promise<SqlResult>): () => Promise<string | undefined> {
  return async () => {
    const [row] = (await query()).rows
    const stored: unknown = row && Object.hasOwn(row, column) ? row[column] : undefined
    return typeof stored === 'string' && stored !== '' ? stored : undefined
  }
}

const UNIQUE = { hint: 'Make the column unique, by the collation that compares it.' }

/** Idempotent: the lower case of a prepared name, prepared. */
export function fold(name: string): string | undefined {
  return prepareUsername(prepareUsername(name)?.toLowerCase() ?? '')
}

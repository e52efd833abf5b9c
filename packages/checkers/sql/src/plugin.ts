import { userChecker } from '@gatewright/passwords'
import type { Checker } from '@gatewright/portal'
import { openDatabase } from './open-database.ts'
import { parseSqlUrl } from './sql-url.ts'
import { type SqlUsers, sqlUsers } from './sql-users.ts'

/** What the command line knows of the checker it asks for. */
export interface SqlPluginContext {
  /** Its name in events. @default 'sql' */
  readonly name?: string
  /** What paths are relative to, and where drivers are looked for. @default process.cwd() */
  readonly cwd?: string
}

const DEADLINE_MS = 1_500

/**
 * Makes `--auth sql:URL` work.
 * @throws {PortalError} `BAD_CONFIGURATION`
 * @throws {SqlError} `DRIVER_MISSING`, `UNAVAILABLE`
 */
export async function create(argument: string, context?: SqlPluginContext): Promise<Checker<'password' | 'digest'>> {
  const users = await source(argument, context)
  return { ...userChecker(users), close: () => users.close() }
}

/**
 * The users that a URL leads to, on connections of their own; `close()` ends them.
 * @throws {PortalError} `BAD_CONFIGURATION`
 * @throws {SqlError} `DRIVER_MISSING`, `UNAVAILABLE`
 */
export async function source(argument: string, context: SqlPluginContext = {}): Promise<SqlUsers> {
  const { name = 'sql', cwd = process.cwd() } = context
  const { target, users } = parseSqlUrl(argument)
  const { database, writable } = await openDatabase(target, cwd, users.deadlineMs ?? DEADLINE_MS)
  try {
    return sqlUsers({ ...users, ...(writable ? {} : { update: false }), name, database })
  } catch (error) {
    await database.close()
    throw error
  }
}

import { userChecker } from '@gatewright/passwords'
import type { Checker } from '@gatewright/portal'
import { sqlUsers } from './sql-users.ts'
import type { SqlUsersOptions } from './sql-users-options.ts'

/**
 * Checks passwords, and Digest answers where there are HA1 columns, against users in a database.
 * @throws {PortalError} `BAD_CONFIGURATION` as {@link sqlUsers} does
 */
export function sqlChecker(options: SqlUsersOptions): Checker<'password' | 'digest'> {
  const users = sqlUsers(options)
  return { ...userChecker(users), close: () => users.close() }
}

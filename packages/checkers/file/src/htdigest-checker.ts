import { userChecker } from '@gatewright/passwords'
import type { Checker } from '@gatewright/portal'
import { type HtdigestUsersOptions, htdigestUsers } from './htdigest-users.ts'

/**
 * Checks answers to HTTP Digest challenges against a file of HA1s.
 * @throws {PortalError} `BAD_CONFIGURATION` as {@link htdigestUsers} does
 * @throws {FileError} `MISSING`, `UNREADABLE`, `NOT_A_FILE`
 */
export function htdigestChecker(options: HtdigestUsersOptions): Checker<'password' | 'digest'> {
  const users = htdigestUsers(options)
  return { ...userChecker(users), close: () => users.close() }
}

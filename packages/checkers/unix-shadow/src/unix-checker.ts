import { userChecker } from '@gatewright/passwords'
import type { Checker } from '@gatewright/portal'
import { type UnixUsersOptions, unixUsers } from './unix-users.ts'

/**
 * Checks passwords against the accounts of the machine.
 * @throws {UnixError} and {PortalError} as {@link unixUsers} does
 */
export function unixChecker(options?: UnixUsersOptions): Checker<'password' | 'digest'> {
  return userChecker(unixUsers(options))
}

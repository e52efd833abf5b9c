import { userChecker } from '@gatewright/passwords'
import type { Checker } from '@gatewright/portal'
import { type MemoryUserList, type MemoryUsersOptions, memoryUsers } from './memory-users.ts'

/**
 * Checks passwords, and Digest answers if asked to, against users in a literal.
 * @throws {PortalError} `BAD_CONFIGURATION` as {@link memoryUsers} does
 */
export function memoryChecker(users: MemoryUserList, options?: MemoryUsersOptions): Checker<'password' | 'digest'> {
  return userChecker(memoryUsers(users, options))
}

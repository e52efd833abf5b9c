import { userChecker } from '@gatewright/passwords'
import type { Checker } from '@gatewright/portal'
import { type FileUsersOptions, fileUsers } from './file-users.ts'

/**
 * Checks passwords, and Digest answers if asked to, against a file of users.
 * @throws {PortalError} `BAD_CONFIGURATION` as {@link fileUsers} does
 * @throws {FileError} `MISSING`, `UNREADABLE`, `NOT_A_FILE`
 */
export function fileChecker(options: FileUsersOptions): Checker<'password' | 'digest'> {
  const users = fileUsers(options)
  return { ...userChecker(users), close: () => users.close() }
}

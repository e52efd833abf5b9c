import { type OpenOptions, openDatabase } from './open-database.ts'
import { UserTable } from './user-table.ts'

/**
 * The users in a directory.
 * @throws {GatehouseError} as `openDatabase` does
 */
export async function openUsers(directory: string, options: OpenOptions = {}): Promise<UserTable> {
  const users = new UserTable(await openDatabase(directory, options))
  try {
    // A file that only looks like ours is found out now, and not at the first login.
    users.isEmpty()
    return users
  } catch (error) {
    users.close()
    throw error
  }
}

/**
 * Opens the users in a directory for one piece of work.
 * @throws {GatehouseError} as `openDatabase` does; else whatever the work throws
 */
export async function withUsers<T>(
  directory: string,
  options: OpenOptions,
  work: (users: UserTable) => Promise<T>,
): Promise<T> {
  const users = await openUsers(directory, options)
  try {
    return await work(users)
  } finally {
    users.close()
  }
}

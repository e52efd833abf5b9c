import type { UserSource } from '@gatewright/passwords'
import { prepareUsername } from '@gatewright/portal'
import type { UserTable } from './user-table.ts'

/** What the log calls the users of the house. */
const HOUSE_USERS = 'gatehouse'

/**
 * The users of the house as a source: one look-up by primary key for each login. What the database cannot answer is thrown,
 * a fault and never a denial.
 *
 * @param now the clock
 */
export function houseUsers(table: UserTable, now: () => Date = () => new Date()): UserSource {
  return {
    name: HOUSE_USERS,
    find: (username) => {
      const id = prepareUsername(username)
      return id === undefined ? undefined : table.find(id)
    },
    replacePassword: async (id, previous, next) => table.replacePassword(id, previous, next, now()),
    sample: () => table.anyPassword(),
  }
}

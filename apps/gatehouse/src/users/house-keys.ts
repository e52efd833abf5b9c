import { authorizedKeysFrom, type KeySource, pubkeyChecker } from '@gatewright/checker-pubkey'
import { type Checker, prepareUsername } from '@gatewright/portal'
import type { UserTable } from './user-table.ts'

/** What the log calls the keys of the house. */
const HOUSE_KEYS = 'gatehouse-keys'

/**
 * The keys of the users of the house as a checker: they are looked up at every login, so one that is removed lets nobody in
 * any more. What the database cannot answer is thrown, a fault and never a denial.
 */
export function houseKeys(table: UserTable, now: () => Date = () => new Date()): Checker<'publickey'> {
  const lines = authorizedKeysFrom((username) => table.keys.linesOf(prepareUsername(username) ?? ''), {
    name: HOUSE_KEYS,
  })
  const keys: KeySource = {
    name: HOUSE_KEYS,
    find(username, fingerprint, attempt, report) {
      const blocked = table.find(prepareUsername(username) ?? '')?.blocked
      if (blocked !== undefined) return { keys: [], distrust: `the account is ${blocked}` }
      return lines.find(username, fingerprint, attempt, report)
    },
  }
  return pubkeyChecker({ name: HOUSE_KEYS, keys, now: () => now().getTime() })
}

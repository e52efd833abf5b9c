import type { StoredUser } from '@gatewright/passwords'
import { copied, STORED, sourceOf, type UserSourceSpecimen } from '../../specimen-source.ts'

/** Keeps users in a plain object, which also knows `__proto__`, `constructor` and `toString`. */
export const specimen: UserSourceSpecimen = {
  breaks: "treats hostile names like any stranger's",
  subject: sourceOf(() => {
    const users: Record<string, StoredUser> = Object.fromEntries(STORED)
    return { find: (name) => (typeof users[name] === 'function' ? users[name] : copied(users[name])) }
  }),
}

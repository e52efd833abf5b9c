import { accept, pass, reject } from '@gatewright/portal'
import { type CheckerSpecimen, subjectOf, USERS } from '../../specimen-checker.ts'

/** Keeps users in a plain object, which also knows `__proto__`, `constructor` and `toString`. */
export const specimen: CheckerSpecimen = {
  breaks: "treats hostile names like any stranger's",
  subject: subjectOf(() => {
    const users: Record<string, string> = Object.fromEntries(USERS)
    return {
      check: ({ username, password }) => {
        const stored = users[username]
        if (stored === undefined) return pass()
        return String(stored) === password ? accept(username) : reject('wrong password')
      },
    }
  }),
}

import { accept, pass, reject } from '@gatewright/portal'
import { type CheckerSpecimen, subjectOf, USERS } from '../../specimen-checker.ts'

/** Compares in a database whose collation takes all letters for small ones. */
export const specimen: CheckerSpecimen = {
  breaks: 'compares passwords to the last byte',
  subject: subjectOf(() => ({
    check: ({ username, password }) => {
      const stored = USERS.get(username)
      if (stored === undefined) return pass()
      return stored.toLowerCase() === password.toLowerCase() ? accept(username) : reject('wrong password')
    },
  })),
}

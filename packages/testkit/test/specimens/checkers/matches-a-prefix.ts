import { accept, pass, reject } from '@gatewright/portal'
import { type CheckerSpecimen, subjectOf, USERS } from '../../specimen-checker.ts'

/** Compares as far as the shorter one goes, like `strncmp` with the wrong length. */
export const specimen: CheckerSpecimen = {
  breaks: 'compares passwords to the last byte',
  subject: subjectOf(() => ({
    check: ({ username, password }) => {
      const stored = USERS.get(username)
      if (stored === undefined) return pass()
      return stored.startsWith(password) ? accept(username) : reject('wrong password')
    },
  })),
}

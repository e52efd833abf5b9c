import { accept, pass, reject } from '@gatewright/portal'
import { type CheckerSpecimen, subjectOf, USERS } from '../../specimen-checker.ts'

const PASSWORDS: ReadonlySet<string> = new Set(USERS.values())

/** Knows all users and all passwords, but not which belongs to whom. */
export const specimen: CheckerSpecimen = {
  breaks: "takes nobody's password for another's",
  subject: subjectOf(() => ({
    check: ({ username, password }) => {
      if (!USERS.has(username)) return pass()
      return PASSWORDS.has(password) ? accept(username) : reject('wrong password')
    },
  })),
}

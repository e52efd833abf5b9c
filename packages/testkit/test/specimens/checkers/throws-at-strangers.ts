import { type CheckerSpecimen, honest, subjectOf, USERS } from '../../specimen-checker.ts'

/** Reads a field of the user before it has looked whether there is one. */
export const specimen: CheckerSpecimen = {
  breaks: 'answers a stranger as it answers a wrong password',
  subject: subjectOf(() => ({
    check: (credential) => {
      if (!USERS.has(credential.username)) throw new TypeError("Cannot read properties of undefined (reading 'hash')")
      return honest(credential)
    },
  })),
}

import { type CheckerSpecimen, honest, subjectOf } from '../../specimen-checker.ts'

/** Means well with people who copy a space too many. */
export const specimen: CheckerSpecimen = {
  breaks: 'compares passwords to the last byte',
  subject: subjectOf(() => ({
    check: ({ username, password }) => honest({ username, password: password.trim() }),
  })),
}

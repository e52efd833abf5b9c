import { type CheckerSpecimen, honest, subjectOf } from '../../specimen-checker.ts'

/** Hands the password to something written in C, which sees it up to the first NUL. */
export const specimen: CheckerSpecimen = {
  breaks: 'compares passwords to the last byte',
  subject: subjectOf(() => ({
    check: ({ username, password }) => honest({ username, password: password.split('\0')[0] ?? '' }),
  })),
}

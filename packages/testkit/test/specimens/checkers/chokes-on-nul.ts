import { type CheckerSpecimen, honest, subjectOf } from '../../specimen-checker.ts'

/** Has a library check what it takes for a mistake of the programmer. */
export const specimen: CheckerSpecimen = {
  breaks: 'takes odd passwords for wrong ones',
  subject: subjectOf(() => ({
    check: (credential) => {
      if (credential.password.includes('\0')) throw new TypeError('the argument must be a string without null bytes')
      return honest(credential)
    },
  })),
}

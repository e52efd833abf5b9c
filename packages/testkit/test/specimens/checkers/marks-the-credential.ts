import { type CheckerSpecimen, honest, subjectOf } from '../../specimen-checker.ts'

/** Uses the credential to remember something. */
export const specimen: CheckerSpecimen = {
  breaks: 'leaves credential and attempt as they were',
  subject: subjectOf(() => ({
    check: (credential) => {
      Object.assign(credential, { checked: true })
      return honest(credential)
    },
  })),
}

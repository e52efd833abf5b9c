import { type CheckerSpecimen, subjectOf } from '../../specimen-checker.ts'

/** Says that it accepts codes, and is written for passwords: no portal would ever ask it. */
export const specimen: CheckerSpecimen = {
  breaks: 'is well formed',
  subject: subjectOf(() => ({ accepts: ['totp' as 'password'] })),
}

import { accept } from '@gatewright/portal'
import { type CheckerSpecimen, subjectOf } from '../../specimen-checker.ts'

/** Lets everybody in. Somebody forgot to compare. */
export const specimen: CheckerSpecimen = {
  breaks: 'accepts no bad credential',
  subject: subjectOf(() => ({ check: ({ username }) => accept(username) })),
}

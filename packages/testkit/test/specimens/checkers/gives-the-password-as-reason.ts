import { reject } from '@gatewright/portal'
import { type CheckerSpecimen, honest, subjectOf } from '../../specimen-checker.ts'

/** Wants to be helpful to whoever reads the log. */
export const specimen: CheckerSpecimen = {
  breaks: 'keeps passwords out of verdicts and errors',
  subject: subjectOf(() => ({
    check: (credential) => {
      const verdict = honest(credential)
      return verdict.outcome === 'reject' ? reject(`'${credential.password}' is wrong`) : verdict
    },
  })),
}

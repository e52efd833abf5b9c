import { accept } from '@gatewright/portal'
import { type CheckerSpecimen, honest, subjectOf } from '../../specimen-checker.ts'

/** Accepts the right password, as somebody who is called differently from the user that is stored. */
export const specimen: CheckerSpecimen = {
  breaks: 'accepts every good credential as exactly its id',
  subject: subjectOf(() => ({
    check: (credential) => {
      const verdict = honest(credential)
      return verdict.outcome === 'accept' ? accept(credential.username.toUpperCase()) : verdict
    },
  })),
}

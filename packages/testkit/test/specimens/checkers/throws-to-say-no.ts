import { type CheckerSpecimen, honest, subjectOf } from '../../specimen-checker.ts'

/** Knows one way to say no, which is the way to say that it is down. */
export const specimen: CheckerSpecimen = {
  breaks: 'answers a bad credential instead of throwing',
  subject: subjectOf(() => ({
    check: (credential) => {
      const verdict = honest(credential)
      if (verdict.outcome !== 'accept') throw new Error('unauthorized')
      return verdict
    },
  })),
}

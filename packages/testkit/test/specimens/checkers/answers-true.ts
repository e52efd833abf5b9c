import type { Verdict } from '@gatewright/portal'
import { type CheckerSpecimen, honest, subjectOf } from '../../specimen-checker.ts'

/** Answers `true` and `false`, as checkers do elsewhere. */
export const specimen: CheckerSpecimen = {
  breaks: 'answers with verdicts',
  subject: subjectOf(() => ({
    check: (credential) => (honest(credential).outcome === 'accept') as unknown as Verdict,
  })),
}

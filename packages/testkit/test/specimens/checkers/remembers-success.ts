import { accept } from '@gatewright/portal'
import { type CheckerSpecimen, honest, subjectOf } from '../../specimen-checker.ts'

/** Spares itself the work for whoever has been in before. */
export const specimen: CheckerSpecimen = {
  breaks: 'answers alike whatever it was asked before',
  subject: subjectOf(() => {
    const seen = new Set<string>()
    return {
      check: (credential) => {
        if (seen.has(credential.username)) return accept(credential.username)
        const verdict = honest(credential)
        if (verdict.outcome === 'accept') seen.add(credential.username)
        return verdict
      },
    }
  }),
}

import { setImmediate as turn } from 'node:timers/promises'
import type { PasswordCredential } from '@gatewright/portal'
import { type CheckerSpecimen, honest, subjectOf } from '../../specimen-checker.ts'

/** Keeps what it works on where the next call keeps it too. */
export const specimen: CheckerSpecimen = {
  breaks: 'keeps 50 parallel calls apart',
  subject: subjectOf(() => {
    let current: PasswordCredential
    return {
      async check(credential) {
        current = credential
        await turn()
        return honest(current)
      },
    }
  }),
}

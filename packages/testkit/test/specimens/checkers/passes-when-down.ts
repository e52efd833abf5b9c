import { pass } from '@gatewright/portal'
import { Backend, type CheckerSpecimen, honest, subjectOf } from '../../specimen-checker.ts'

const backend = new Backend()

/** Leaves it to the next checker when it cannot tell, which may be one that asks for less. */
export const specimen: CheckerSpecimen = {
  breaks: 'throws when its backend is down',
  subject: subjectOf(
    () => {
      backend.reset()
      return {
        check: (credential) => {
          try {
            backend.ask()
            return honest(credential)
          } catch {
            return pass()
          }
        },
      }
    },
    { sabotage: () => backend.sabotage() },
  ),
}

import { reject } from '@gatewright/portal'
import { Backend, type CheckerSpecimen, honest, subjectOf } from '../../specimen-checker.ts'

const backend = new Backend()

/** Takes a broken connection for a wrong password: "fails securely". */
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
            return reject('wrong password')
          }
        },
      }
    },
    { sabotage: () => backend.sabotage() },
  ),
}

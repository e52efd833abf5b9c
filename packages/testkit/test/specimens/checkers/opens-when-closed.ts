import { accept } from '@gatewright/portal'
import { type CheckerSpecimen, honest, subjectOf } from '../../specimen-checker.ts'

/** Once its users are gone, takes everybody for one of those who need no password. */
export const specimen: CheckerSpecimen = {
  breaks: 'closes twice, and opens to nobody by it',
  subject: subjectOf(() => {
    let open = true
    return {
      check: (credential) => (open ? honest(credential) : accept(credential.username)),
      close: async () => {
        open = false
      },
    }
  }),
}

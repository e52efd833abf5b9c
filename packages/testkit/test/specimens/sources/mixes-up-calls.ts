import { setImmediate as turn } from 'node:timers/promises'
import { copied, STORED, sourceOf, type UserSourceSpecimen } from '../../specimen-source.ts'

/** Binds the name to its one prepared statement, and waits before it runs it. */
export const specimen: UserSourceSpecimen = {
  breaks: 'keeps 50 parallel calls apart',
  subject: sourceOf(() => {
    let bound = ''
    return {
      find: async (name) => {
        bound = name
        await turn()
        return copied(STORED.get(bound))
      },
    }
  }),
}

import { Backend } from '../../specimen-checker.ts'
import { copied, STORED, sourceOf, type UserSourceSpecimen } from '../../specimen-source.ts'

const backend = new Backend()

/** Takes a broken connection for an empty answer. */
export const specimen: UserSourceSpecimen = {
  breaks: 'throws when its backend is down',
  subject: sourceOf(
    () => {
      backend.reset()
      return {
        find: (name) => {
          try {
            backend.ask()
            return copied(STORED.get(name))
          } catch {
            return undefined
          }
        },
      }
    },
    { sabotage: () => backend.sabotage() },
  ),
}

import { Backend } from '../../specimen-checker.ts'
import { copied, STORED, sourceOf, type UserSourceSpecimen } from '../../specimen-source.ts'

const backend = new Backend()

/** Explains what went wrong by what it had found before. */
export const specimen: UserSourceSpecimen = {
  breaks: 'shows no stored password, in print or in errors',
  subject: sourceOf(
    () => {
      backend.reset()
      return {
        find: (name) => {
          try {
            backend.ask()
          } catch (cause) {
            throw Object.assign(new Error('query failed', { cause }), { lastRow: STORED.get(name) })
          }
          return copied(STORED.get(name))
        },
      }
    },
    { sabotage: () => backend.sabotage() },
  ),
}

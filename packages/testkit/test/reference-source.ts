import type { StoredUser } from '@gatewright/passwords'
import type { UserSourceSubject } from '../src/index.ts'
import { Backend } from './specimen-checker.ts'
import { copied, STORED, sourceOf } from './specimen-source.ts'

const backend = new Backend()

/** Everything a source can have: a backend that may be down, names without case, passwords that can be replaced. */
export const foldingSubject: UserSourceSubject = sourceOf(
  () => {
    backend.reset()
    const users = new Map<string, StoredUser>(STORED)
    return {
      find: async (name, { signal }) => {
        signal.throwIfAborted()
        backend.ask()
        return copied(users.get(name.normalize('NFC').toLowerCase()))
      },
      replacePassword: async (id, previous, next) => {
        for (const [name, user] of users) {
          if (user.id !== id || user.password !== previous) continue
          users.set(name, { ...user, password: next })
          return true
        }
        return false
      },
    }
  },
  { sabotage: () => backend.sabotage() },
)

/** As little as a source can have, and its users frozen rather than copied. */
export const frozenSubject: UserSourceSubject = sourceOf(() => {
  const users = new Map([...STORED].map(([name, user]) => [name, frozen(structuredClone(user))]))
  return { find: (name) => users.get(name) }
})

function frozen<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (typeof inner === 'object') frozen(inner)
  return Object.freeze(value)
}

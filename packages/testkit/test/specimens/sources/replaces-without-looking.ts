import type { StoredUser } from '@gatewright/passwords'
import { copied, STORED, sourceOf, type UserSourceSpecimen } from '../../specimen-source.ts'

/** Writes whatever it is told, although somebody else may have written in between. */
export const specimen: UserSourceSpecimen = {
  breaks: 'replaces a password only if it is still the one that was read',
  subject: sourceOf(() => {
    const users = new Map<string, StoredUser>(STORED)
    return {
      find: (name) => copied(users.get(name)),
      replacePassword: async (id, _previous, next) => {
        for (const [name, user] of users) if (user.id === id) users.set(name, { ...user, password: next })
        return [...users.values()].some((user) => user.id === id)
      },
    }
  }),
}

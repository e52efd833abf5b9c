import { setImmediate as turn } from 'node:timers/promises'
import type { StoredUser } from '@gatewright/passwords'
import { copied, STORED, sourceOf, type UserSourceSpecimen } from '../../specimen-source.ts'

/** Compares, and then writes: two steps, between which others compare. */
export const specimen: UserSourceSpecimen = {
  breaks: 'replaces a password only if it is still the one that was read',
  subject: sourceOf(() => {
    const users = new Map<string, StoredUser>(STORED)
    return {
      find: (name) => copied(users.get(name)),
      replacePassword: async (id, previous, next) => {
        const [name, user] = [...users].find(([, { id: other }]) => other === id) ?? []
        if (name === undefined || user?.password !== previous) return false
        await turn()
        users.set(name, { ...user, password: next })
        return true
      },
    }
  }),
}

import type { StoredUser } from '@gatewright/passwords'
import { copied, STORED, sourceOf, type UserSourceSpecimen } from '../../specimen-source.ts'

/** Remembers users under a key that two of them share, so who came first is found for both. */
export const specimen: UserSourceSpecimen = {
  breaks: 'finds the same user every time',
  subject: sourceOf(() => {
    const cache = new Map<number, StoredUser>()
    return {
      find: (name) => {
        const user = STORED.get(name)
        if (!user) return undefined
        const key = name.length
        if (!cache.has(key)) cache.set(key, user)
        return copied(cache.get(key))
      },
    }
  }),
}

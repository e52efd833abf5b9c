import { copied, STORED, sourceOf, type UserSourceSpecimen } from '../../specimen-source.ts'

/** Ignores case when it looks, and not when it says whom it found. */
export const specimen: UserSourceSpecimen = {
  breaks: 'takes a name for one user or for none',
  subject: sourceOf(() => ({
    find: (name) => {
      const exact = STORED.get(name)
      if (exact) return copied(exact)
      const user = copied(STORED.get(name.toLowerCase()))
      return user && { ...user, id: name }
    },
  })),
}

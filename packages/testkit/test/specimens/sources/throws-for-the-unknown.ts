import { copied, STORED, sourceOf, type UserSourceSpecimen } from '../../specimen-source.ts'

/** Expects exactly one row, and takes none for a broken database. */
export const specimen: UserSourceSpecimen = {
  breaks: 'answers undefined for the unknown',
  subject: sourceOf(() => ({
    find: (name) => {
      const user = STORED.get(name)
      if (!user) throw new Error('expected 1 row, got 0')
      return copied(user)
    },
  })),
}

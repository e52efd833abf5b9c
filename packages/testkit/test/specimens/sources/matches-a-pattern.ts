import { copied, STORED, sourceOf, type UserSourceSpecimen } from '../../specimen-source.ts'

/** Asks its database with LIKE, where `_` stands for any letter. */
export const specimen: UserSourceSpecimen = {
  breaks: 'takes a name for one user or for none',
  subject: sourceOf(() => ({
    find: (name) => {
      const like = (key: string) =>
        key.length === name.length && Array.from(key).every((letter, i) => ['_', letter].includes(name.charAt(i)))
      return copied([...STORED].find(([key]) => like(key))?.[1])
    },
  })),
}

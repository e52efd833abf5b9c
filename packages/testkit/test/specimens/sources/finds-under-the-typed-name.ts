import { copied, STORED, sourceOf, type UserSourceSpecimen } from '../../specimen-source.ts'

/** Takes the name that was looked for as the id of what was found. */
export const specimen: UserSourceSpecimen = {
  breaks: 'finds every known user under its id',
  subject: sourceOf(() => ({
    find: (name) => {
      const user = copied(STORED.get(name))
      return user && { ...user, id: name }
    },
  })),
}

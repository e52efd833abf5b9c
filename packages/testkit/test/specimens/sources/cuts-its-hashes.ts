import { copied, STORED, sourceOf, type UserSourceSpecimen } from '../../specimen-source.ts'

/** Keeps HA1s in a column that is a little too short for those of SHA-256. */
export const specimen: UserSourceSpecimen = {
  breaks: 'hands out well-formed users',
  subject: sourceOf(() => ({
    find: (name) => {
      const user = copied(STORED.get(name))
      return user?.ha1 ? { ...user, ha1: user.ha1.map((ha1) => ({ ...ha1, hash: ha1.hash.slice(0, 60) })) } : user
    },
  })),
}

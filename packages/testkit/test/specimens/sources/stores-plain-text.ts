import { copied, STORED, sourceOf, type UserSourceSpecimen } from '../../specimen-source.ts'

/** Hands out passwords as they are, and not as `plain()` marks them. */
export const specimen: UserSourceSpecimen = {
  breaks: 'hands out well-formed users',
  subject: sourceOf(() => ({
    find: (name) => {
      const user = copied(STORED.get(name))
      return user && { ...user, password: 'sesame' }
    },
  })),
}

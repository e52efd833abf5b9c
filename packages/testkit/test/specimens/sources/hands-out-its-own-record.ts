import { STORED, sourceOf, type UserSourceSpecimen } from '../../specimen-source.ts'

/** Hands out the very objects that it will look at next time. */
export const specimen: UserSourceSpecimen = {
  breaks: 'hands out users that nobody can corrupt',
  subject: sourceOf(() => {
    const users = structuredClone(new Map(STORED))
    return { find: (name) => users.get(name) }
  }),
}

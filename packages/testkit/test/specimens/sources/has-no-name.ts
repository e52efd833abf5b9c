import { sourceOf, type UserSourceSpecimen } from '../../specimen-source.ts'

/** Nobody could tell, from an event, where the user was found. */
export const specimen: UserSourceSpecimen = { breaks: 'is well formed', subject: sourceOf(() => ({ name: '' })) }

import { copied, STORED, sourceOf, type UserSourceSpecimen } from '../../specimen-source.ts'

/** Cancels the query when nobody waits any more, and with it the answer. */
export const specimen: UserSourceSpecimen = {
  breaks: 'settles when its attempt is aborted, and works on',
  subject: sourceOf(() => ({
    find: (name, { signal }) =>
      new Promise((resolve) => {
        const query = setTimeout(() => resolve(copied(STORED.get(name))), 2)
        signal.addEventListener('abort', () => clearTimeout(query))
      }),
  })),
}

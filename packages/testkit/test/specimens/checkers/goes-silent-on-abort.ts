import { type CheckerSpecimen, honest, subjectOf } from '../../specimen-checker.ts'

/** Stops working when nobody waits any more, and forgets to say so. */
export const specimen: CheckerSpecimen = {
  breaks: 'settles when its attempt is aborted, and works on',
  subject: subjectOf(() => ({
    check: (credential, { signal }) =>
      new Promise((resolve) => {
        const query = setTimeout(() => resolve(honest(credential)), 2)
        signal.addEventListener('abort', () => clearTimeout(query))
      }),
  })),
}

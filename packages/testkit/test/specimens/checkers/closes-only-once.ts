import { type CheckerSpecimen, subjectOf } from '../../specimen-checker.ts'

/** Complains when it is closed again, as a pool does. */
export const specimen: CheckerSpecimen = {
  breaks: 'closes twice, and opens to nobody by it',
  subject: subjectOf(() => {
    let open = true
    return {
      close: async () => {
        if (!open) throw new Error('called end on pool more than once')
        open = false
      },
    }
  }),
}

import { type CheckerSpecimen, honest, subjectOf } from '../../specimen-checker.ts'

let open = false

/** Keeps its connection in the module, so that the first to close it closes it for all. */
export const specimen: CheckerSpecimen = {
  breaks: 'lives apart from others of its kind',
  subject: subjectOf(() => {
    open = true
    return {
      check: (credential) => {
        if (!open) throw new Error('the connection is closed')
        return honest(credential)
      },
      close: async () => {
        open = false
      },
    }
  }),
}

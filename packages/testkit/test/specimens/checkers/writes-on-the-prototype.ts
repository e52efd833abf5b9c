import { type CheckerSpecimen, honest, subjectOf } from '../../specimen-checker.ts'

/** Counts logins in a plain object, and for a user called `__proto__` in all objects there are. */
export const specimen: CheckerSpecimen = {
  breaks: 'leaves Object.prototype alone',
  subject: subjectOf(() => {
    const statistics: Record<string, { logins?: number }> = {}
    return {
      check: (credential) => {
        const mine = statistics[credential.username] ?? {}
        statistics[credential.username] = mine
        mine.logins = (mine.logins ?? 0) + 1
        return honest(credential)
      },
    }
  }),
}

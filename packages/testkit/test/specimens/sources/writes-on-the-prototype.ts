import { copied, STORED, sourceOf, type UserSourceSpecimen } from '../../specimen-source.ts'

/** Counts look-ups in a plain object, and for a user called `__proto__` in all objects there are. */
export const specimen: UserSourceSpecimen = {
  breaks: 'leaves Object.prototype alone',
  subject: sourceOf(() => {
    const statistics: Record<string, { found?: number }> = {}
    return {
      find: (name) => {
        const mine = statistics[name] ?? {}
        statistics[name] = mine
        mine.found = (mine.found ?? 0) + 1
        return copied(STORED.get(name))
      },
    }
  }),
}

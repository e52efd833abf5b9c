import { type StateSpecimen, stateOf } from '../../specimen-state.ts'

export const specimen: StateSpecimen = {
  breaks: 'leaves Object.prototype alone',
  subject: stateOf((honest) => {
    const counts: Record<string, { last?: number }> = {}
    return {
      async hit(key, windowMs, cost) {
        const hits = await honest.hit(key, windowMs, cost)
        counts[key] ??= {}
        counts[key].last = hits.count
        return hits
      },
    }
  }),
}

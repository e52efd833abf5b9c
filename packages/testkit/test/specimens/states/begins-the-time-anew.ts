import { type StateSpecimen, stateOf } from '../../specimen-state.ts'

export const specimen: StateSpecimen = {
  breaks: 'counts from the first hit to the end of its window',
  subject: stateOf((honest) => ({
    async hit(key, windowMs, cost) {
      const { count } = await honest.hit(key, windowMs, cost)
      return { count, resetMs: count > 0 ? windowMs : 0 }
    },
  })),
}

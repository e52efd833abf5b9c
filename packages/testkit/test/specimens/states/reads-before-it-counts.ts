import { type StateSpecimen, stateOf } from '../../specimen-state.ts'

export const specimen: StateSpecimen = {
  breaks: 'counts every hit of 200 callers',
  subject: stateOf((honest) => ({
    async hit(key, windowMs, cost = 1) {
      const { count } = await honest.hit(key, windowMs, 0)
      const { resetMs } = await honest.hit(key, windowMs, cost)
      return { count: count + cost, resetMs }
    },
  })),
}

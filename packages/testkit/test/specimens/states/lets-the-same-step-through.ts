import { type StateSpecimen, stateOf } from '../../specimen-state.ts'

export const specimen: StateSpecimen = {
  breaks: 'advances only to what is greater',
  subject: stateOf((honest) => {
    const last = new Map<string, number>()
    return {
      async advance(key, to, ttlMs) {
        const advanced = await honest.advance(key, to, ttlMs)
        if (advanced) last.set(key, to)
        return advanced || last.get(key) === to
      },
    }
  }),
}

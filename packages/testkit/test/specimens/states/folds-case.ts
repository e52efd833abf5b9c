import { type StateSpecimen, stateOf } from '../../specimen-state.ts'

export const specimen: StateSpecimen = {
  breaks: 'keeps keys apart that look alike',
  subject: stateOf((honest) => ({
    claim: async (key, ttlMs) => honest.claim(key.toLowerCase(), ttlMs),
    delete: async (key) => {
      const [exact, folded] = [await honest.delete(key), await honest.delete(key.toLowerCase())]
      return exact || folded
    },
  })),
}

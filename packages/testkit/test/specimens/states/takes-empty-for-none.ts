import { type StateSpecimen, stateOf } from '../../specimen-state.ts'

export const specimen: StateSpecimen = {
  breaks: 'keeps a text as it was put, until it is replaced or gone',
  subject: stateOf((honest) => ({
    get: async (key) => (await honest.get(key)) || undefined,
  })),
}

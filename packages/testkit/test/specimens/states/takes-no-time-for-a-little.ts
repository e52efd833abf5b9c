import { type StateSpecimen, stateOf } from '../../specimen-state.ts'

export const specimen: StateSpecimen = {
  breaks: 'throws at what is out of bounds',
  subject: stateOf((honest) => ({
    claim: (key, ttlMs) => honest.claim(key, ttlMs > 0 ? ttlMs : 1),
  })),
}

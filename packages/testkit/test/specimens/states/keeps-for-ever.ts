import { checkTtl } from '@gatewright/state'
import { type StateSpecimen, stateOf } from '../../specimen-state.ts'

export const specimen: StateSpecimen = {
  breaks: 'forgets when the time is over',
  subject: stateOf((honest) => ({
    put: async (key, value, ttlMs) => honest.put(key, value, Math.max(checkTtl(ttlMs), 86_400_000)),
  })),
}

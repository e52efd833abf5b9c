import { memoryState } from '@gatewright/state'
import { type StateSpecimen, stateOf } from '../../specimen-state.ts'

export const specimen: StateSpecimen = {
  breaks: 'keeps its verbs apart under one key, and deletes for all of them',
  subject: stateOf(() => {
    const counts = memoryState()
    return { hit: (key, windowMs, cost) => counts.hit(key, windowMs, cost) }
  }),
}

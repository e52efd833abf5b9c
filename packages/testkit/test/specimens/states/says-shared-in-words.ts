import { type StateSpecimen, stateOf } from '../../specimen-state.ts'

export const specimen: StateSpecimen = {
  breaks: 'is well formed',
  subject: stateOf(() => ({ shared: 'no' as never })),
}

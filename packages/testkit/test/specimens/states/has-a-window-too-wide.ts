import { type StateSpecimen, stateOf } from '../../specimen-state.ts'

export const specimen: StateSpecimen = {
  breaks: 'slides a window to the very number',
  subject: stateOf((honest) => ({
    window: (key, n, size, ttlMs) => honest.window(key, n, size > 0 && size < 1_024 ? size + 1 : size, ttlMs),
  })),
}

import { memoryState } from '@gatewright/state'
import { type StateSpecimen, stateOf } from '../../specimen-state.ts'

export const specimen: StateSpecimen = {
  breaks: 'gives what was put to one of 200 takers',
  subject: stateOf((honest) => {
    const values = memoryState()
    return {
      put: (key, value, ttlMs) => values.put(key, value, ttlMs),
      get: (key) => values.get(key),
      async take(key) {
        const value = await values.get(key)
        if (value !== undefined) await values.delete(key)
        return value
      },
      async delete(key) {
        const [put, other] = await Promise.all([values.delete(key), honest.delete(key)])
        return put || other
      },
    }
  }),
}

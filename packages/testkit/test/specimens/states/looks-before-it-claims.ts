import { memoryState } from '@gatewright/state'
import { type StateSpecimen, stateOf } from '../../specimen-state.ts'

export const specimen: StateSpecimen = {
  breaks: 'gives a claim to one of 200 callers',
  subject: stateOf((honest) => {
    const claims = memoryState()
    return {
      async claim(key, ttlMs) {
        if ((await claims.get(key)) !== undefined) return false
        await claims.put(key, 'claimed', ttlMs)
        return true
      },
      async delete(key) {
        const [claimed, other] = await Promise.all([claims.delete(key), honest.delete(key)])
        return claimed || other
      },
    }
  }),
}

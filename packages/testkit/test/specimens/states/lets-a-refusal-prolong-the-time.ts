import { checkKey, checkNumber, checkTtl } from '@gatewright/state'
import { type StateSpecimen, stateOf } from '../../specimen-state.ts'

export const specimen: StateSpecimen = {
  breaks: 'lets nobody make a time longer by being refused',
  subject: stateOf((honest) => {
    const steps = new Map<string, { readonly last: number; readonly until: number }>()
    return {
      async advance(key, to, ttlMs) {
        const now = performance.now()
        const until = now + checkTtl(ttlMs)
        const step = steps.get(checkKey(key))
        const alive = step !== undefined && step.until > now
        if (alive && checkNumber(to) < step.last) return false
        steps.set(key, { last: checkNumber(to), until: Math.max(alive ? step.until : 0, until) })
        return alive ? to > step.last : true
      },
      async delete(key) {
        const deleted = await honest.delete(key)
        return steps.delete(key) || deleted
      },
    }
  }),
}

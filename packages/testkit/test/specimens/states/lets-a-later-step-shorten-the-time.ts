import { checkKey, checkNumber, checkTtl } from '@gatewright/state'
import { type StateSpecimen, stateOf } from '../../specimen-state.ts'

export const specimen: StateSpecimen = {
  breaks: 'forgets nothing before its time',
  subject: stateOf((honest) => {
    const steps = new Map<string, { readonly last: number; readonly until: number }>()
    return {
      async advance(key, to, ttlMs) {
        const until = performance.now() + checkTtl(ttlMs)
        const step = steps.get(checkKey(key))
        if (step && step.until > performance.now() && checkNumber(to) <= step.last) return false
        steps.set(key, { last: checkNumber(to), until })
        return true
      },
      async delete(key) {
        const deleted = await honest.delete(key)
        return steps.delete(key) || deleted
      },
    }
  }),
}

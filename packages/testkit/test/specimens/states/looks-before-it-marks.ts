import { type StateSpecimen, stateOf } from '../../specimen-state.ts'

export const specimen: StateSpecimen = {
  breaks: 'finds each number of a window fresh once, for 200 callers',
  subject: stateOf((honest) => {
    const marked = new Set<string>()
    return {
      async window(key, n, size, ttlMs) {
        const known = marked.has(`${n} ${key}`)
        const verdict = await honest.window(key, n, size, ttlMs)
        marked.add(`${n} ${key}`)
        return verdict === 'replay' && !known ? 'fresh' : verdict
      },
    }
  }),
}

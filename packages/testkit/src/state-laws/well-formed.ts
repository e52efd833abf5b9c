import assert from 'node:assert/strict'
import type { StateLaw } from '../state-trial.ts'

const VERBS = ['claim', 'advance', 'window', 'hit', 'put', 'get', 'take', 'delete'] as const

export const wellFormed: StateLaw = {
  name: 'is well formed',
  why: 'whoever uses it meets a missing verb at the first login that needs it, and a server of many processes cannot refuse it',
  hint: `return an object with ${VERBS.join(', ')}, and shared: true or false`,
  async hold(trial) {
    const store = await trial.create()
    for (const verb of VERBS) assert.equal(typeof store[verb], 'function', trial.broken(`it has no ${verb}()`))
    assert.equal(typeof store.shared, 'boolean', trial.broken('shared is neither true nor false'))
  },
}

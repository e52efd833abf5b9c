import assert from 'node:assert/strict'
import { keepingPrototypes } from '../prototypes.ts'
import { LONG_MS, type StateLaw } from '../state-trial.ts'

export const leavesPrototypesAlone: StateLaw = {
  name: 'leaves Object.prototype alone',
  why: 'what is written there, every object in the process has: one key changes the answers to all others',
  hint: 'keep state in a Map, or in an object made by Object.create(null)',
  async hold(trial) {
    const changed = await keepingPrototypes(async () => {
      const store = await trial.create()
      for (const key of ['__proto__', 'constructor', 'toString']) {
        await store.claim(key, LONG_MS)
        await store.advance(key, 1, LONG_MS)
        await store.window(key, 1, 64, LONG_MS)
        await store.hit(key, LONG_MS)
        await store.put(key, 'x', LONG_MS)
        await store.delete(key)
      }
    })
    assert.deepEqual(changed, [], trial.broken(`it wrote ${changed.join(', ')}`))
  },
}

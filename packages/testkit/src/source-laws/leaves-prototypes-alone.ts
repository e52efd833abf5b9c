import assert from 'node:assert/strict'
import { keepingPrototypes } from '../prototypes.ts'
import type { UserSourceLaw } from '../source-trial.ts'

export const leavesPrototypesAlone: UserSourceLaw = {
  name: 'leaves Object.prototype alone',
  why: 'what is written there, every object in the process has: one look-up changes the answers to all others',
  hint: 'keep what belongs to a user name in a Map',
  async hold(trial) {
    const changed = await keepingPrototypes(async () => {
      const source = await trial.create()
      for (const name of [...trial.names(), '__proto__', 'constructor', 'prototype', 'toString', '__proto__']) {
        await trial.find(source, name)
      }
    })
    assert.deepEqual(changed, [], trial.broken(`find() changed ${changed.join(', ')}`))
  },
}

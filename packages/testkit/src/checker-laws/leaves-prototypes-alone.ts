import assert from 'node:assert/strict'
import type { CheckerLaw } from '../checker-trial.ts'
import { nameIn, renamed } from '../credential.ts'
import { keepingPrototypes } from '../prototypes.ts'

/** Names under which a plain object has something that all objects share. */
const SHARED: readonly string[] = ['__proto__', 'constructor', 'prototype', 'toString']

export const leavesPrototypesAlone: CheckerLaw = {
  name: 'leaves Object.prototype alone',
  why: 'what is written there, every object in the process has: one login changes the answers to all others',
  hint: 'keep what belongs to a user name in a Map',
  async hold(trial) {
    const changed = await keepingPrototypes(async () => {
      const checker = await trial.create()
      for (const [credential] of trial.good) {
        const names = nameIn(credential) === undefined ? [] : SHARED
        const hostile = names.flatMap((name) => renamed(credential, name) ?? [])
        for (const each of [credential, ...hostile, ...hostile]) await trial.ask(checker, each)
      }
    })
    assert.deepEqual(changed, [], trial.broken(`check() changed ${changed.join(', ')}`))
  },
}

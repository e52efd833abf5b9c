import assert from 'node:assert/strict'
import type { CheckerLaw } from '../checker-trial.ts'
import { label } from '../credential.ts'

export const acceptsNoBad: CheckerLaw = {
  name: 'accepts no bad credential',
  why: 'whoever presents it is an intruder',
  hint: 'accept() belongs behind a comparison that is exactly true; return reject(reason) or pass() everywhere else',
  async hold(trial) {
    const checker = await trial.create()
    for (const credential of trial.bad) {
      const { outcome } = await trial.ask(checker, credential)
      assert.notEqual(outcome, 'accept', trial.broken(`check() accepted ${label(credential)}, which is a bad one`))
    }
  },
}

import assert from 'node:assert/strict'
import { type UserSource, userChecker } from '@gatewright/passwords'
import type { UserSourceLaw } from '../source-trial.ts'

export const wellFormed: UserSourceLaw = {
  name: 'is well formed',
  why: 'a checker cannot be built on it',
  hint: 'return { name, find }, and replacePassword if stored passwords can be changed',
  async hold(trial) {
    const source: Partial<UserSource> = await trial.create()
    try {
      userChecker(source as UserSource)
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error)
      assert.fail(trial.broken(`userChecker does not take it: ${said}`))
    }
    const replace = source.replacePassword
    assert.ok(replace === undefined || typeof replace === 'function', trial.broken('replacePassword is no function'))
  },
}

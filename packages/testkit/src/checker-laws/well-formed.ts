import assert from 'node:assert/strict'
import { type Checker, createPortal } from '@gatewright/portal'
import type { CheckerLaw } from '../checker-trial.ts'
import { label } from '../credential.ts'

export const wellFormed: CheckerLaw = {
  name: 'is well formed',
  why: 'a portal refuses to be made of it, or never asks it',
  hint: 'return { name, accepts, check }, where accepts lists the kinds of credential that check() decides about',
  async hold(trial) {
    const checker: Partial<Checker> = await trial.create()
    try {
      createPortal({ realm: { user: (id: string) => id }, checkers: [checker as Checker] })
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error)
      assert.fail(trial.broken(`createPortal does not take it: ${said}`))
    }
    for (const method of ['recognizes', 'close'] as const) {
      const made = checker[method]
      assert.ok(made === undefined || typeof made === 'function', trial.broken(`${method} is there, but no function`))
    }
    for (const credential of [...trial.good.map(([good]) => good), ...trial.bad]) {
      const accepted = checker.accepts?.includes(credential.kind) === true
      assert.ok(accepted, trial.broken(`${label(credential)} is of a kind that accepts does not list`))
    }
  },
}

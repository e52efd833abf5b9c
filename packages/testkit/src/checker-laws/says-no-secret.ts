import assert from 'node:assert/strict'
import type { CheckerLaw } from '../checker-trial.ts'
import { isPassword } from '../credential.ts'
import { printed, tells } from '../secrets.ts'
import { provoke } from './provoke.ts'

export const saysNoSecret: CheckerLaw = {
  name: 'keeps passwords out of verdicts and errors',
  why: 'reasons, facts and errors end up in logs, and wrong passwords are mostly right ones, mistyped or meant for elsewhere',
  hint: 'name the user and the step in reasons and errors, never the password; keep secrets of your own in private fields',
  applies: ({ good }) => good.some(([credential]) => isPassword(credential)),
  async hold(trial) {
    const { values, secrets } = await provoke(trial)
    for (const value of values) {
      const { outcome, status, name } = value as { outcome?: string; status?: string; name?: string }
      const where =
        outcome ?? (status === undefined ? `the checker '${name}' itself` : `a login that ended in ${status}`)
      // Without the value: the message of a broken law must not be the next leak.
      assert.ok(!tells(printed(value), secrets), trial.broken(`there is a password in what prints of: ${where}`))
    }
  },
}

import assert from 'node:assert/strict'
import { password } from '@gatewright/portal'
import type { CheckerLaw } from '../checker-trial.ts'
import { isPassword, label } from '../credential.ts'

export const tellsUsersApart: CheckerLaw = {
  name: "takes nobody's password for another's",
  why: 'every user could log in as every other',
  hint: 'find the user by name first, then compare with that user alone',
  applies: ({ good }) => good.filter(([credential]) => isPassword(credential)).length > 1,
  async hold(trial) {
    const users = trial.passwords().slice(0, 4)
    for (const [{ username, password: own }, id] of users) {
      const checker = await trial.create()
      if ((await trial.ask(checker, trial.wrongPassword(password(username, own)))).outcome === 'accept') continue
      for (const [other, otherId] of users) {
        if (otherId === id || other.username === username || other.password === own) continue
        const mixed = password(username, other.password)
        const { outcome } = await trial.ask(checker, mixed)
        const whose = `with the password of ${JSON.stringify(other.username)}`
        assert.notEqual(outcome, 'accept', trial.broken(`check() accepted ${label(mixed)} ${whose}`))
      }
    }
  },
}

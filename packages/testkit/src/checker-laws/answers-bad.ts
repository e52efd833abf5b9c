import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import type { CheckerLaw } from '../checker-trial.ts'
import { label } from '../credential.ts'

export const answersBad: CheckerLaw = {
  name: 'answers a bad credential instead of throwing',
  why: 'a throw says that the checker is down: the login ends as "unavailable", and no guess is ever counted',
  hint: 'return reject(reason) for a wrong credential; throw only when the question could not be answered',
  async hold(trial) {
    const checker = await trial.create()
    for (const credential of trial.bad) {
      const answer = await trial.ask(checker, credential)
      assert.notEqual(answer.outcome, 'silence', trial.broken(`check() never answered ${label(credential)}`))
      if (answer.outcome !== 'fault') continue
      assert.fail(trial.broken(`check() threw at ${label(credential)}: ${inspect(answer.error)}`))
    }
  },
}

import assert from 'node:assert/strict'
import { gist } from '../answer.ts'
import type { CheckerLaw } from '../checker-trial.ts'
import { label } from '../credential.ts'

export const faultsAreNoAnswers: CheckerLaw = {
  name: 'throws when its backend is down',
  why: 'users would be told that their passwords are wrong, and counted as attackers, because a disk or a network is broken',
  hint: 'let the error of the backend through, or throw one with it as its cause; never catch it into reject() or pass()',
  applies: (subject) => subject.sabotage !== undefined,
  async hold(trial) {
    const checker = await trial.create()
    await trial.subject.sabotage?.()
    for (const credential of [...trial.good.map(([good]) => good), ...trial.bad]) {
      const answer = await trial.ask(checker, credential)
      if (answer.outcome === 'nonsense') continue
      const what = `with its backend down, check() answered ${label(credential)} with '${gist(answer)}'`
      assert.equal(answer.outcome, 'fault', trial.broken(what))
    }
  },
}

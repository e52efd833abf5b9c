import assert from 'node:assert/strict'
import { summary } from '../finding.ts'
import type { UserSourceLaw } from '../source-trial.ts'

export const faultsAreNoAnswers: UserSourceLaw = {
  name: 'throws when its backend is down',
  why: 'users would be told that they do not exist, and counted as attackers, because a disk or a network is broken',
  hint: 'let the error of the backend through, or throw one with it as its cause; never catch it into undefined',
  applies: (subject) => subject.sabotage !== undefined,
  async hold(trial) {
    const source = await trial.create()
    await trial.subject.sabotage?.()
    for (const name of [...trial.names(), ...trial.subject.unknown]) {
      const finding = await trial.find(source, name)
      const what = `with its backend down, find(${JSON.stringify(name)}) came to '${summary(finding)}'`
      assert.equal(finding.outcome, 'fault', trial.broken(what))
    }
  },
}

import assert from 'node:assert/strict'
import { summary } from '../finding.ts'
import type { UserSourceLaw } from '../source-trial.ts'

export const findsKnown: UserSourceLaw = {
  name: 'finds every known user under its id',
  why: 'users are shut out, or come in as somebody else',
  hint: 'find by the prepared name, and take the id from what is stored, not from what was typed',
  async hold(trial) {
    for (const [name, id] of trial.subject.known) {
      const finding = await trial.find(await trial.create(), name)
      const what = `find(${JSON.stringify(name)}) came to '${summary(finding)}'`
      assert.equal(summary(finding), `the user ${id}`, trial.broken(what))
    }
  },
}

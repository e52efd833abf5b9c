import assert from 'node:assert/strict'
import { summary } from '../finding.ts'
import type { UserSourceLaw } from '../source-trial.ts'

export const findsTheSame: UserSourceLaw = {
  name: 'finds the same user every time',
  why: 'an id that changes gives one person two homes, or one home to two',
  hint: 'the id is stored with the user; nothing about it is made up while looking',
  async hold(trial) {
    const source = await trial.create()
    const first = new Map<string, string>()
    for (const name of trial.names()) first.set(name, summary(await trial.find(await trial.create(), name)))
    for (let time = 2; time <= 4; time++) {
      for (const name of trial.names()) {
        const found = summary(await trial.find(source, name))
        const what = `find(${JSON.stringify(name)}) came to '${found}', and to '${first.get(name)}' in a fresh source`
        assert.equal(found, first.get(name), trial.broken(what))
      }
    }
  },
}

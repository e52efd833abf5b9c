import assert from 'node:assert/strict'
import { hostileNames, strangerName } from '../names.ts'
import { keepingPrototypes } from '../prototypes.ts'
import type { UserSourceLaw } from '../source-trial.ts'

export const knowsNoHostileName: UserSourceLaw = {
  name: "treats hostile names like any stranger's",
  why: 'names such as __proto__ find something in a plain object, others in a path, a pattern or a query',
  hint: 'keep users in a Map, bind names as parameters, check what a path is made of, and compare names exactly',
  async hold(trial) {
    // Whether it writes where these names lead is a law by itself.
    await keepingPrototypes(async () => {
      const source = await trial.create()
      const { outcome: expected } = await trial.find(source, strangerName())
      for (const name of hostileNames(trial.names())) {
        const { outcome } = await trial.find(source, name)
        const what = `find(${JSON.stringify(name)}) came to ${outcome}, any other unknown name to ${expected}`
        assert.equal(outcome, expected, trial.broken(what))
      }
    })
  },
}

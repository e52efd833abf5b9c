import assert from 'node:assert/strict'
import { answerOf, gist } from '../answer.ts'
import type { CheckerLaw } from '../checker-trial.ts'
import { label } from '../credential.ts'

export const livesApart: CheckerLaw = {
  name: 'lives apart from others of its kind',
  why: 'two portals in one process would shut down, or spoil, each other',
  hint: 'keep state in what create() returns, not in the module',
  async hold(trial) {
    const [first] = trial.good
    if (!first) return
    const [credential] = first
    const control = await trial.ask(await trial.create(), credential)

    const [one, other] = [await trial.create(), await trial.create()]
    for (const bad of trial.bad) await trial.ask(one, bad)
    // Whether it closes well is a law by itself.
    await answerOf(() => one.close?.())
    const answer = await trial.ask(other, credential)
    const what = `when another had been used and closed, ${label(credential)} was answered with '${gist(answer)}'`
    assert.equal(gist(answer), gist(control), trial.broken(what))
  },
}

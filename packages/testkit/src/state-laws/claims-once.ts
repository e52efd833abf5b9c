import assert from 'node:assert/strict'
import { CALLERS, LONG_MS, type StateLaw } from '../state-trial.ts'

const ROUNDS = 5

export const claimsOnce: StateLaw = {
  name: `gives a claim to one of ${CALLERS} callers`,
  why: 'whatever may be used once is used as often as somebody is quick enough',
  hint: 'set it only if it is not there, in one step (SET NX, INSERT); never look first',
  async hold(trial) {
    const store = await trial.create()
    for (let round = 0; round < ROUNDS; round++) {
      const key = trial.key()
      const answers = await trial.together(() => store.claim(key, LONG_MS))
      const wins = answers.filter((answer) => answer === true).length
      assert.equal(wins, 1, trial.broken(`of ${CALLERS} callers ${wins} were given the same claim`))
      assert.ok(
        answers.every((answer) => typeof answer === 'boolean'),
        trial.broken('claim() answers neither true nor false'),
      )
      await trial.expect('a claim that was given', store.claim(key, LONG_MS), false)
    }
  },
}

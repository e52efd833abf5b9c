import assert from 'node:assert/strict'
import { CALLERS, LONG_MS, type StateLaw } from '../state-trial.ts'

/** Numbers around the sizes that a store may count in. */
const STEPS = [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1]

export const advancesStrictly: StateLaw = {
  name: 'advances only to what is greater',
  why: 'a one-time code of the same step, or of an earlier one, works again',
  hint: 'compare as numbers and write in one step (a script, UPDATE ... WHERE value < ?), and refuse what is equal',
  async hold(trial) {
    const store = await trial.create()
    const key = trial.key()
    for (const to of STEPS) {
      await trial.expect(`advance() to ${to}, for the first time`, store.advance(key, to, LONG_MS), true)
      await trial.expect(`advance() to ${to}, for the second time`, store.advance(key, to, LONG_MS), false)
      if (to > 0) await trial.expect(`advance() back from ${to}`, store.advance(key, to - 1, LONG_MS), false)
    }

    const digits = trial.key()
    await trial.expect('advance() to 9', store.advance(digits, 9, LONG_MS), true)
    await trial.expect('advance() from 9 to 10', store.advance(digits, 10, LONG_MS), true)

    const same = trial.key()
    const alike = await trial.together(() => store.advance(same, 7, LONG_MS))
    const wins = alike.filter((answer) => answer === true).length
    assert.equal(wins, 1, trial.broken(`of ${CALLERS} callers with the same number ${wins} were let through`))

    const mixed = trial.key()
    // 7919 is a prime: every number comes once, in no order.
    const number = (caller: number) => 1 + ((caller * 7_919) % CALLERS)
    const answers = await trial.together((caller) => store.advance(mixed, number(caller), LONG_MS))
    const greatest = answers.findIndex((_, caller) => number(caller) === CALLERS)
    assert.ok(answers[greatest] === true, trial.broken('the greatest number of all was not let through'))
    await trial.expect('advance() to the greatest again', store.advance(mixed, CALLERS, LONG_MS), false)
    await trial.expect('advance() beyond it', store.advance(mixed, CALLERS + 1, LONG_MS), true)
  },
}

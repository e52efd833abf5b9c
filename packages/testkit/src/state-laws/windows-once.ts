import assert from 'node:assert/strict'
import { CALLERS, LONG_MS, type StateLaw } from '../state-trial.ts'

const NUMBERS = 50

export const windowsOnce: StateLaw = {
  name: `finds each number of a window fresh once, for ${CALLERS} callers`,
  why: 'a request that is sent to several processes at the same moment is done by all of them',
  hint: 'read, compare and write the window in one step (a script, a row that is locked); never read first',
  async hold(trial) {
    const store = await trial.create()
    const key = trial.key()
    const number = (caller: number) => 1 + (caller % NUMBERS)
    const answers = await trial.together((caller) => store.window(key, number(caller), 64, LONG_MS))
    for (let n = 1; n <= NUMBERS; n++) {
      const own = answers.filter((_, caller) => number(caller) === n)
      const fresh = own.filter((answer) => answer === 'fresh').length
      assert.equal(fresh, 1, trial.broken(`of ${own.length} callers with the number ${n}, ${fresh} were fresh`))
      const rest = own.filter((answer) => answer === 'replay').length
      assert.equal(rest, own.length - 1, trial.broken(`a number within the window was neither fresh nor a replay`))
    }
  },
}

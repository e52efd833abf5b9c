import assert from 'node:assert/strict'
import { CALLERS, LONG_MS, type StateLaw } from '../state-trial.ts'

export const takesOnce: StateLaw = {
  name: `gives what was put to one of ${CALLERS} takers`,
  why: 'a link that is good once is good for everybody who follows it at the same moment',
  hint: 'read and delete in one step (GETDEL, DELETE ... RETURNING); never get first and delete after',
  async hold(trial) {
    const store = await trial.create()
    const key = trial.key()
    await store.put(key, 'treasure', LONG_MS)
    const taken = await trial.together(() => store.take(key))
    const wins = taken.filter((value) => value === 'treasure').length
    assert.equal(wins, 1, trial.broken(`of ${CALLERS} takers ${wins} got it`))
    const losers = taken.filter((value) => value === undefined).length
    assert.equal(losers, CALLERS - 1, trial.broken('a taker who came too late was answered something'))
    await trial.expect('get() of what was taken', store.get(key), undefined)
  },
}

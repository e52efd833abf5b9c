import assert from 'node:assert/strict'
import { CALLERS, LONG_MS, type StateLaw } from '../state-trial.ts'

export const countsAll: StateLaw = {
  name: `counts every hit of ${CALLERS} callers`,
  why: 'guesses that are made at the same moment count as one, and get around every limit',
  hint: 'add and read in one step (INCRBY, UPDATE ... RETURNING); the answer includes the hit itself',
  async hold(trial) {
    const store = await trial.create()
    const key = trial.key()
    const hits = await trial.together(() => store.hit(key, LONG_MS))
    const counts = hits.map(({ count }) => count).toSorted((a, b) => a - b)
    const wanted = Array.from({ length: CALLERS }, (_, i) => i + 1)
    assert.deepEqual(counts, wanted, trial.broken(`${CALLERS} hits were not told 1 to ${CALLERS}, each once`))

    const count = async (what: string, cost: number, sum: number) => {
      const answer = await store.hit(key, LONG_MS, cost)
      assert.equal(answer.count, sum, trial.broken(`${what} made ${answer.count} of it, not ${sum}`))
    }
    await count('a hit that costs 5', 5, CALLERS + 5)
    await count('reading by a cost of 0', 0, CALLERS + 5)
    await count('giving 3 back', -3, CALLERS + 2)
    await count('giving back more than there is', -1_000, 0)
    await count('a hit after that', 1, 1)
    const nothing = await store.hit(trial.key(), LONG_MS, 0)
    assert.deepEqual(nothing, { count: 0, resetMs: 0 }, trial.broken('reading what was never hit is not zero'))
  },
}

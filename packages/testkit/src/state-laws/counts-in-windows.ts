import assert from 'node:assert/strict'
import { LONG_MS, SHORT_MS, type StateLaw } from '../state-trial.ts'

export const countsInWindows: StateLaw = {
  name: 'counts from the first hit to the end of its window',
  why: 'whoever keeps trying is never let go, or is never held: each hit would begin the time anew',
  hint: 'set the time with the first hit and leave it alone after that; answer what is left of it',
  async hold(trial) {
    const store = await trial.create()
    const key = trial.key()
    const first = await store.hit(key, LONG_MS)
    const second = await store.hit(key, 2 * LONG_MS)
    for (const { resetMs } of [first, second]) {
      const fits = Number.isInteger(resetMs) && resetMs > LONG_MS / 2 && resetMs <= LONG_MS
      assert.ok(fits, trial.broken(`${LONG_MS} ms after the first hit are left as ${resetMs}`))
    }
    assert.ok(second.resetMs <= first.resetMs, trial.broken('a second hit made the time longer'))

    const brief = trial.key()
    await store.hit(brief, SHORT_MS, 100)
    await trial.becomes('a count did not begin anew', async () => (await store.hit(brief, SHORT_MS)).count < 100)
  },
}

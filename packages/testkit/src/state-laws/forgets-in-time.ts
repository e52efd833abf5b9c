import { LONG_MS, SHORT_MS, type StateLaw } from '../state-trial.ts'

export const forgetsInTime: StateLaw = {
  name: 'forgets when the time is over',
  why: 'whoever was refused once is refused for ever, and memory fills up',
  hint: 'give everything that is kept the time it was called with, by the clock of whoever keeps it',
  async hold(trial) {
    const store = await trial.create()
    const [claim, advance, window, put] = [trial.key(), trial.key(), trial.key(), trial.key()]
    await store.claim(claim, SHORT_MS)
    await store.advance(advance, 9, SHORT_MS)
    await store.window(window, 9, 64, SHORT_MS)
    await store.put(put, 'x', SHORT_MS)
    await trial.becomes('a claim was not free again', () => store.claim(claim, LONG_MS))
    await trial.becomes('a lower number was not let through', () => store.advance(advance, 1, LONG_MS))
    await trial.becomes('a number was not fresh again', async () => (await store.window(window, 9, 64, 1)) === 'fresh')
    await trial.becomes('a text was not gone', async () => (await store.get(put)) === undefined)
    await trial.expect('take() after the time', store.take(put), undefined)
  },
}

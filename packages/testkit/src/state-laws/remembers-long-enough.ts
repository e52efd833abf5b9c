import { LONG_MS, SHORT_MS, type StateLaw } from '../state-trial.ts'

export const remembersLongEnough: StateLaw = {
  name: 'forgets nothing before its time',
  why: 'what was used could be used again: an attacker need only bring the store to forget',
  hint: 'a later number makes the time longer and never shorter; nothing is thrown out to make room',
  async hold(trial) {
    const store = await trial.create()
    const [claim, advance, window, put] = [trial.key(), trial.key(), trial.key(), trial.key()]
    await store.claim(claim, LONG_MS)
    await store.advance(advance, 1, LONG_MS)
    await store.window(window, 1, 64, LONG_MS)
    await store.put(put, 'x', LONG_MS)
    // Those who come later with less time.
    await store.claim(claim, 1)
    await store.advance(advance, 2, 1)
    await store.advance(advance, 2, 1)
    await store.window(window, 2, 64, 1)
    await store.window(window, 2, 64, 1)
    await trial.outlast(store, SHORT_MS / 4)
    await trial.expect('a claim after a short while', store.claim(claim, LONG_MS), false)
    await trial.expect('advance() to a used number', store.advance(advance, 1, LONG_MS), false)
    await trial.expect('window() for a used number', store.window(window, 1, 64, LONG_MS), 'replay')
    await trial.expect('get() after a short while', store.get(put), 'x')
  },
}

import { LONG_MS, type StateLaw } from '../state-trial.ts'

export const faultsAreNoAnswers: StateLaw = {
  name: 'throws when its backend is down',
  why: 'a store that answers without knowing lets replays in, or shuts everybody out as if they had done something',
  hint: 'let the error of the backend through, or throw one with what it says; within seconds, and never from a second memory',
  applies: (subject) => subject.sabotage !== undefined,
  async hold(trial) {
    const store = await trial.create()
    const key = trial.key()
    await store.put(key, 'x', LONG_MS)
    await trial.subject.sabotage?.()
    await trial.expectFault('with its backend down, claim()', async () => store.claim(key, LONG_MS))
    await trial.expectFault('with its backend down, advance()', async () => store.advance(key, 1, LONG_MS))
    await trial.expectFault('with its backend down, window()', async () => store.window(key, 1, 64, LONG_MS))
    await trial.expectFault('with its backend down, hit()', async () => store.hit(key, LONG_MS))
    await trial.expectFault('with its backend down, put()', async () => store.put(key, 'x', LONG_MS))
    await trial.expectFault('with its backend down, get()', async () => store.get(key))
    await trial.expectFault('with its backend down, take()', async () => store.take(key))
    await trial.expectFault('with its backend down, delete()', async () => store.delete(key))
  },
}

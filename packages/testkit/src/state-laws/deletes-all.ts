import { LONG_MS, type StateLaw, type StateTrial } from '../state-trial.ts'

type Store = Awaited<ReturnType<StateTrial['create']>>

/** What every verb says of a key that it has never seen. */
async function isUnknown(trial: StateTrial, store: Store, key: string, when: string): Promise<void> {
  await trial.expect(`claim() ${when}`, store.claim(key, LONG_MS), true)
  await trial.expect(`advance() ${when}`, store.advance(key, 5, LONG_MS), true)
  await trial.expect(`window() ${when}`, store.window(key, 5, 64, LONG_MS), 'fresh')
  const { count } = await store.hit(key, LONG_MS)
  await trial.expect(`hit() ${when}`, Promise.resolve(count), 1)
  await trial.expect(`get() ${when}`, store.get(key), undefined)
  await store.put(key, 'x', LONG_MS)
}

export const deletesAll: StateLaw = {
  name: 'keeps its verbs apart under one key, and deletes for all of them',
  why: 'two uses that chose the same key would spoil each other, and a counter could not be set back after a login',
  hint: 'put the verb into the stored key, and let delete() remove each of them',
  async hold(trial) {
    const store = await trial.create()
    const [key, neighbour] = [trial.key(), trial.key()]
    await trial.expect('delete() of what was never kept', store.delete(key), false)
    await isUnknown(trial, store, key, 'under a key that the other verbs use')
    await isUnknown(trial, store, neighbour, 'under a second key')
    await trial.expect('delete()', store.delete(key), true)
    await trial.expect('delete() again', store.delete(key), false)
    await isUnknown(trial, store, key, 'after delete()')
    await trial.expect('claim() of a key beside the deleted one', store.claim(neighbour, LONG_MS), false)
    for (const only of ['claim', 'advance', 'window', 'hit', 'put'] as const) {
      const single = trial.key()
      if (only === 'claim') await store.claim(single, LONG_MS)
      else if (only === 'advance') await store.advance(single, 1, LONG_MS)
      else if (only === 'window') await store.window(single, 1, 64, LONG_MS)
      else if (only === 'hit') await store.hit(single, LONG_MS)
      else await store.put(single, 'x', LONG_MS)
      await trial.expect(`delete() of what ${only}() keeps`, store.delete(single), true)
    }
  },
}

import { LONG_MS, SHORT_MS, type StateLaw } from '../state-trial.ts'

export const refusalsChangeNothing: StateLaw = {
  name: 'lets nobody make a time longer by being refused',
  why: 'whoever keeps knocking keeps everybody else out',
  hint: 'write, and set the time, only when the answer is yes',
  async hold(trial) {
    const store = await trial.create()
    const [claim, advance, window] = [trial.key(), trial.key(), trial.key()]
    await store.claim(claim, SHORT_MS)
    await store.advance(advance, 9, SHORT_MS)
    await store.window(window, 9, 64, SHORT_MS)
    await store.claim(claim, LONG_MS)
    await store.advance(advance, 9, LONG_MS)
    await store.window(window, 9, 64, LONG_MS)
    await trial.becomes('a claim was not free again', () => store.claim(claim, LONG_MS))
    await trial.becomes('a lower number was not let through', () => store.advance(advance, 1, LONG_MS))
    await trial.becomes('a number was not fresh again', async () => (await store.window(window, 9, 64, 1)) === 'fresh')
  },
}

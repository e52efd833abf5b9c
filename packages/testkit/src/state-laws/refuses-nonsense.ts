import { LONG_MS, type StateLaw } from '../state-trial.ts'

const TIMES: readonly unknown[] = [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e15, '60000', undefined]
const NUMBERS: readonly unknown[] = [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '1', undefined]
const SIZES: readonly unknown[] = [0, -1, 0.5, Number.NaN, 1_025, '64']
const COSTS: readonly unknown[] = [0.5, Number.NaN, Number.POSITIVE_INFINITY, 1_000_001, '1']
const KEYS: readonly unknown[] = ['x'.repeat(1_025), '\u20ac'.repeat(342), '\ud800', 7, undefined, null]
const VALUES: readonly unknown[] = ['x'.repeat(65_537), '\udc00', 7, undefined]

export const refusesNonsense: StateLaw = {
  name: 'throws at what is out of bounds',
  why: 'a number that is none compares with nothing, and a time that is none never ends or never begins: either opens a door',
  hint: 'check arguments first, by checkKey, checkTtl and their kin of @gatewright/state',
  async hold(trial) {
    const store = await trial.create()
    const key = trial.key()
    const each = async (what: string, wrong: readonly unknown[], call: (value: never) => Promise<unknown>) => {
      for (const value of wrong) {
        const shown = typeof value === 'string' ? `a text of ${value.length}` : String(value)
        // A store that is written without `async` may throw at once.
        await trial.expectFault(`${what} ${shown}`, async () => call(value as never))
      }
    }
    await each('claim() for the time', TIMES, (time) => store.claim(key, time))
    await each('advance() for the time', TIMES, (time) => store.advance(key, 1, time))
    await each('window() for the time', TIMES, (time) => store.window(key, 1, 64, time))
    await each('hit() for the time', TIMES, (time) => store.hit(key, time))
    await each('put() for the time', TIMES, (time) => store.put(key, 'x', time))
    await each('advance() to', NUMBERS, (to) => store.advance(key, to, LONG_MS))
    await each('window() for', NUMBERS, (n) => store.window(key, n, 64, LONG_MS))
    await each('window() with the size', SIZES, (size) => store.window(key, 1, size, LONG_MS))
    await each('hit() with the cost', COSTS, (cost) => store.hit(key, LONG_MS, cost))
    await each('put() of', VALUES, (value) => store.put(key, value, LONG_MS))
    await each('claim() of the key', KEYS, (wrong) => store.claim(wrong, LONG_MS))
    await each('get() of the key', KEYS, (wrong) => store.get(wrong))
    await each('take() of the key', KEYS, (wrong) => store.take(wrong))
    await each('delete() of the key', KEYS, (wrong) => store.delete(wrong))
    await trial.expect('delete() after calls that were refused', store.delete(key), false)
  },
}

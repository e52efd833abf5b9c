import assert from 'node:assert/strict'
import { LONG_MS, type StateLaw } from '../state-trial.ts'

/** What comes, and what is to be said of it; each row is a window of its own, 64 wide. */
const ROWS: readonly (readonly [what: string, numbers: readonly number[], verdicts: string])[] = [
  ['in order', [1, 2, 3], 'fresh fresh fresh'],
  ['out of order', [3, 1, 2], 'fresh fresh fresh'],
  ['twice', [1, 2, 1, 2], 'fresh fresh replay replay'],
  ['zero', [0, 0, 1, 0], 'fresh replay fresh replay'],
  ['the last in the window', [100, 37, 37], 'fresh fresh replay'],
  ['just out of the window', [100, 36, 36], 'fresh too-old too-old'],
  ['used, and then out of the window', [1, 65, 1], 'fresh fresh too-old'],
  ['a gap that is filled', [10, 70, 11, 10, 7], 'fresh fresh fresh replay fresh'],
  ['a jump, and back', [1, 1_000_000, 999_999, 1], 'fresh fresh fresh too-old'],
  ['a jump by the size', [5, 69, 6, 5], 'fresh fresh fresh too-old'],
  ['the greatest nonce count', [2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 64, 0], 'fresh replay fresh too-old'],
  ['around 2^31', [2 ** 31, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1], 'fresh fresh replay fresh'],
  ['around 2^32', [2 ** 32, 2 ** 32 - 1, 2 ** 32 + 31, 2 ** 32 - 1], 'fresh fresh fresh replay'],
  ['the greatest number', [2 ** 53 - 1, 2 ** 53 - 1, 2 ** 53 - 64, 2 ** 53 - 65], 'fresh replay fresh too-old'],
]

const SIZE = 64
const STEPS = 400

export const slidesWindows: StateLaw = {
  name: 'slides a window to the very number',
  why: 'a request is replayed, or requests that overtake each other are refused',
  hint: 'RFC 6479 has the ring of words that does it; fresh is what is above the greatest, or within the size and not seen',
  async hold(trial) {
    const store = await trial.create()
    for (const [what, numbers, verdicts] of ROWS) {
      const key = trial.key()
      const answers: string[] = []
      for (const n of numbers) answers.push(await store.window(key, n, SIZE, LONG_MS))
      const said = `${what}: ${numbers.join(', ')} came to '${answers.join(' ')}', not '${verdicts}'`
      assert.equal(answers.join(' '), verdicts, trial.broken(said))
    }
    for (const size of [1, 32, SIZE, 200]) {
      const key = trial.key()
      const seen = new Set<number>()
      let greatest = 0
      for (let step = 0; step < STEPS; step++) {
        // Forward on the whole, and back and forth by up to the size and a little more.
        const n = Math.max(0, step + ((step * 7_919) % (2 * size + 3)) - size)
        const wanted = greatest - n >= size ? 'too-old' : seen.has(n) ? 'replay' : 'fresh'
        greatest = Math.max(greatest, n)
        seen.add(n)
        await trial.expect(`with a size of ${size}, window() for ${n}`, store.window(key, n, size, LONG_MS), wanted)
      }
    }
  },
}

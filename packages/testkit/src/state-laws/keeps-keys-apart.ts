import { LONG_MS, type StateLaw } from '../state-trial.ts'

/** Keys that a store may take for one, or for something of its own. */
const TAILS = [
  '',
  ' ',
  '\0',
  '__proto__',
  'constructor',
  'toString',
  'a',
  'A',
  'a ',
  'a:b',
  'a:',
  ':a',
  'a:b:c',
  '{a}',
  '{a}b',
  '{}',
  '}',
  'a*',
  'a?',
  'a%',
  'a_',
  "a'",
  'a\nb',
  'a\r\nb',
  '\u00e9',
  'e\u0301',
  '\u0430',
  '\u{1f511}',
  'x'.repeat(990),
  `${'x'.repeat(989)}y`,
  '\u20ac'.repeat(330),
]

/** Keys with nothing before them: what an object or a path may take for its own. */
const WHOLE = ['', '__proto__', 'constructor', 'hasOwnProperty', '..', '*']

export const keepsKeysApart: StateLaw = {
  name: 'keeps keys apart that look alike',
  why: 'one user would use up what belongs to another, and __proto__ would be found without having been put',
  hint: 'use the whole key, byte by byte; a Map and no object; a binary collation; no pattern and no path made of it',
  async hold(trial) {
    const store = await trial.create()
    const run = trial.key()
    const keys = TAILS.map((tail) => `${run}${tail}`)
    for (const key of keys) {
      const shown = JSON.stringify(key.slice(run.length, run.length + 20))
      await trial.expect(`the first claim of a key that ends in ${shown}`, store.claim(key, LONG_MS), true)
      await trial.expect(`the first number of a key that ends in ${shown}`, store.advance(key, 1, LONG_MS), true)
      await trial.expect(`the first count of a key that ends in ${shown}`, store.window(key, 1, 64, LONG_MS), 'fresh')
      const { count } = await store.hit(key, LONG_MS)
      await trial.expect(`the first hit of a key that ends in ${shown}`, Promise.resolve(count), 1)
      await store.put(key, key, LONG_MS)
    }
    for (const key of keys) await trial.expect('get() under one of many keys', store.get(key), key)
    for (const key of WHOLE) {
      await store.delete(key)
      await trial.expect(`get() under ${JSON.stringify(key)}`, store.get(key), undefined)
      await trial.expect(`claim() of ${JSON.stringify(key)}`, store.claim(key, LONG_MS), true)
      await store.put(key, 'x', LONG_MS)
      await trial.expect(`take() under ${JSON.stringify(key)}`, store.take(key), 'x')
      await store.delete(key)
    }
  },
}

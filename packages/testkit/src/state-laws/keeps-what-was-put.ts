import assert from 'node:assert/strict'
import { CALLERS, LONG_MS, type StateLaw } from '../state-trial.ts'

const TEXTS = [
  '',
  ' ',
  'none',
  'null',
  '=x',
  '0',
  '{"a":[1,"b"]}',
  'two\r\nlines\0and a NUL',
  '\u{1f511} \u00e9 e\u0301 \u2028',
  'x'.repeat(65_536),
  '\u{1f511}'.repeat(16_384),
]

export const keepsWhatWasPut: StateLaw = {
  name: 'keeps a text as it was put, until it is replaced or gone',
  why: 'what was stored for later is not what is read then',
  hint: 'write texts as UTF-8 and read them as that; an empty text is not the same as none',
  async hold(trial) {
    const store = await trial.create()
    const key = trial.key()
    await trial.expect('get() of what was never put', store.get(key), undefined)
    await trial.expect('take() of what was never put', store.take(key), undefined)
    for (const text of TEXTS) {
      await store.put(key, text, LONG_MS)
      await trial.expect('get()', store.get(key), text)
      await trial.expect('get() again', store.get(key), text)
    }
    await trial.expect('take()', store.take(key), TEXTS.at(-1))
    await trial.expect('take() again', store.take(key), undefined)

    const texts = Array.from({ length: CALLERS }, (_, writer) => `${writer} `.repeat(50))
    await trial.together((writer) => store.put(key, texts[writer] ?? '', LONG_MS))
    const kept = await store.get(key)
    assert.ok(texts.includes(kept ?? ''), trial.broken(`of ${CALLERS} texts put at once none was kept whole`))
  },
}

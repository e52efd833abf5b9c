import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CRYPT_WASM } from '../src/worker/crypt-wasm.ts'
import { asSource, compileWasm } from '../wasm/build.ts'

test('the committed module is what its sources compile to, byte for byte', async () => {
  const compiled = await compileWasm()
  expect(Buffer.from(CRYPT_WASM, 'base64').equals(compiled)).toBe(true)
  const committed = readFileSync(new URL('../src/worker/crypt-wasm.ts', import.meta.url), 'utf8')
  expect(committed).toBe(asSource(compiled))
})

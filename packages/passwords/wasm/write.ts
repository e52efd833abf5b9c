import { writeFile } from 'node:fs/promises'
import { asSource, compileWasm } from './build.ts'

const wasm = await compileWasm()
await writeFile(new URL('../src/worker/crypt-wasm.ts', import.meta.url), asSource(wasm))
console.log(`${wasm.length} bytes`)

/** Compiles the module: `pnpm --filter @gatewright/passwords wasm` writes it, the tests compare. */
import { readFile } from 'node:fs/promises'
import asc from 'assemblyscript/asc'

const FOLDER = new URL('./', import.meta.url)

/**
 * Strict about what is compiled: the same sources and the pinned compiler make the same bytes, on every machine.
 * Sources are called `.as`, because they are no TypeScript to other tools; the compiler looks for `.ts`.
 */
export async function compileWasm(): Promise<Uint8Array> {
  let compiled: Uint8Array | undefined
  const { error } = await asc.main(
    ['index.ts', '--outFile', 'crypt.wasm', '-O3', '--converge', '--noAssert', '--runtime', 'stub', '--enable', 'simd'],
    {
      readFile: (name: string) => readFile(new URL(name.replace(/\.ts$/, '.as'), FOLDER), 'utf8').catch(() => null),
      writeFile: (_name: string, contents: Uint8Array | string) => {
        if (typeof contents !== 'string') compiled = contents
      },
      listFiles: () => [],
    },
  )
  if (error || !compiled) throw new Error(`the compiler refused: ${String(error?.message)}`, { cause: error })
  return compiled
}

/** The generated file, as it is committed. */
export function asSource(wasm: Uint8Array): string {
  const lines =
    Buffer.from(wasm)
      .toString('base64')
      .match(/.{1,112}/g) ?? []
  return [
    '// Generated from wasm/*.as by `pnpm --filter @gatewright/passwords wasm`; a test compiles them anew and compares.',
    '',
    '/** The compiled module, in base64. */',
    'export const CRYPT_WASM: string = [',
    ...lines.map((line) => `  '${line}',`),
    "].join('')",
    '',
  ].join('\n')
}

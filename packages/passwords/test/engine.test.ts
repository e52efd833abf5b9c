import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

const INDEX = new URL('../src/index.ts', import.meta.url).href
const STORED = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'

/** In a process where the native library cannot be loaded, for real: its loader is told that it is elsewhere. */
function withoutNative(program: string): string {
  const run = spawnSync(
    process.execPath,
    ['--conditions=@gatewright/source', '--input-type=module', '--no-warnings', '--eval', program],
    { encoding: 'utf8', env: { ...process.env, NAPI_RS_NATIVE_LIBRARY_PATH: '/nonexistent/argon2.node' } },
  )
  return run.stdout + run.stderr
}

test("without the native library Node's own argon2 takes its place", () => {
  const output = withoutNative(`
    const native = await import('@node-rs/argon2').then(() => 'native', () => 'no native')
    const { verify, hash } = await import('${INDEX}')
    console.log(native, await verify('${STORED}', 'password'), await verify('${STORED}', 'Password'))
    console.log(await verify(await hash('sesame'), 'sesame'))
  `)
  expect(output).toBe('no native match-stale mismatch\nmatch\n')
})

test('without either of them it is a fault with a hint, and scrypt still works', () => {
  const output = withoutNative(`
    import crypto from 'node:crypto'
    crypto.argon2 = undefined
    const { verify, hash } = await import('${INDEX}')
    const error = await verify('${STORED}', 'password').catch((error) => error)
    console.log(error.code, error.hint.includes('@node-rs/argon2'))
    console.log(await verify(await hash('sesame', { scheme: 'scrypt' }), 'sesame'))
  `)
  expect(output).toBe('ENGINE_UNAVAILABLE true\nmatch\n')
})

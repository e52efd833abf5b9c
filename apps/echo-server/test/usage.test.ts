import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, describe, expect, it } from 'vitest'
import { start } from './program.ts'

const scratch = mkdtempSync(join(tmpdir(), 'gatewright-echo-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))
const broken = join(scratch, 'broken.mjs')
writeFileSync(broken, "throw new Error('on loading')")

async function run(...args: readonly string[]) {
  const child = start(...args)
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code, out, err }
}

/** Each mistake on the command line, and the words in which its author reads of it. */
const MISTAKES: readonly (readonly [args: readonly string[], error: RegExp])[] = [
  [[], /^error: nobody could log in: --auth is missing\nhint: .*--help-auth/],
  [['--auth', 'memroy:user:pass'], /^error: no checker of type 'memroy'.*\nhint: Did you mean 'memory'\?/],
  [['--auth', 'memory:user:pass:odd'], /^error: .*\nhint: .*memory:name:password/s],
  [['--auth', 'memory'], /^error: 'memory' needs an argument\nhint: /],
  [['--auth', `${broken}:x`], /^error: .*broken\.mjs.*\nhint: /],
  [['--auth', 'memory:@file:/nowhere/at/all'], /^error: .*\/nowhere\/at\/all.*\nhint: /],
  [['--auth', 'memory:@env:GATEWRIGHT_UNSET'], /^error: .*GATEWRIGHT_UNSET.*\nhint: /],
  [['--auth', 'memory:a:b', '--port', '70000'], /^error: .*70000.*\nhint: /],
  [['--auth', 'memory:a:b', '--tls-cert', 'cert.pem'], /error: --tls-key is missing\nhint: /],
  [['--auth', 'memory:a:b', '--require', 'password,totp'], /error: --require: no --auth accepts 'totp'\nhint: /],
  [['--autj', 'memory:a:b'], /^error: .*--autj.*/],
]

describe('mistakes on the command line are told in words, with a hint, by exit code 2', () => {
  it.each(MISTAKES)('%j', async (args, words) => {
    const { code, out, err } = await run('--port', '0', ...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(words)
    expect(err).not.toMatch(/\n {4}at /)
  })

  it('a port that is taken is a failure, not a mistake: exit code 1', async () => {
    const first = start('--auth', 'memory:a:b', '--port', '0')
    const [line] = (await once(first.stdout, 'data')) as [Buffer]
    const port = /:(\d+)\n/.exec(String(line))?.[1] ?? ''
    const { code, err } = await run('--auth', 'memory:a:b', '--port', port)
    expect(code).toBe(1)
    expect(err).toMatch(/error: .*\nhint: /)
  })
})

import { EventEmitter } from 'node:events'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { sshServer } from '../src/ssh-server.ts'
import { scratch, sshProgram } from './program.ts'

const { directory: home, remove } = scratch()
afterAll(remove)
writeFileSync(join(home, 'no-key'), 'nothing of the kind', { mode: 0o600 })
writeFileSync(join(home, 'open-key'), '', { mode: 0o644 })
chmodSync(join(home, 'open-key'), 0o644)
writeFileSync(join(home, 'authorized_keys'), '')

/** The program as a call, with everything that it shows. */
async function run(...args: readonly string[]) {
  const shown = { out: '', err: '' }
  const code = await sshServer()({
    args,
    cwd: home,
    env: { HOME: home },
    signals: new EventEmitter(),
    out: (text) => void (shown.out += text),
    err: (text) => void (shown.err += text),
  })
  return { code, ...shown }
}

/** Each mistake on the command line, and the words in which its author reads of it. */
const MISTAKES: readonly (readonly [args: readonly string[], error: RegExp])[] = [
  [[], /^error: nobody could log in: --auth is missing\nhint: .*--help-auth/],
  [['--auth', 'memroy:user:pass'], /^error: no checker of type 'memroy'.*\nhint: Did you mean 'memory'\?/],
  [['--auth', 'memory:a:b', '--require', 'publickey'], /error: --require: no --auth accepts 'publickey'\nhint: /],
  [
    ['--auth', 'memory:a:b', '--auth', 'pubkey:keys/%u', '--require', 'publickey,totp password,totp'],
    /error: --require: no --auth accepts 'totp'\nhint: /,
  ],
  [['--auth', 'memory:a:b', '--require', 'keyboard-interactive'], /error: --require: .*way of asking.*\nhint: /],
  [['--auth', 'memory:a:b', '--host-key', 'no-key'], /error: .*no-key: this is no host key\nhint: .*ssh-keygen/],
  [['--auth', 'memory:a:b', '--host-key', 'open-key'], /error: .*open-key: others may read it.*\nhint: chmod 600/],
  [['--auth', 'memory:a:b', '--sftp', 'nowhere'], /error: --sftp nowhere: there is no such directory\nhint: /],
  [['--auth', 'memory:a:b', '--sftp-read-only'], /error: --sftp-read-only: .*\nhint: /],
  [['--autj', 'memory:a:b'], /^error: .*--autj.*/],
]

describe('mistakes on the command line are told in words, with a hint, by exit code 2', () => {
  it.each(MISTAKES)('%j', async (args, words) => {
    const { code, out, err } = await run('--port', '0', ...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(words)
    expect(err).not.toMatch(/\n {4}at /)
  })
})

it('says in --help where the host key is, and lists in --help-auth what it can be given', async () => {
  expect((await run('--help')).out).toContain('~/.local/state/gatewright/ssh-host-key')
  const { code, out } = await run('--help-auth')
  expect(code).toBe(0)
  for (const type of ['memory', 'file', 'pubkey', 'sql', 'unix'])
    expect(out).toMatch(new RegExp(`^\\s*${type}\\b`, 'm'))
})

it('fails with 1 where the port is taken', async () => {
  const first = await sshProgram(home, ['--auth', 'memory:a:b'])
  const { code, err } = await run('--auth', 'memory:a:b', '--port', String(first.port))
  expect(await first.stop()).toBe(0)
  expect(code).toBe(1)
  expect(err).toMatch(/error: .*\nhint: /)
})

it('makes its host key on first start, tells its fingerprint, and finds it again', async () => {
  const { directory, remove: clear } = scratch()
  const found = []
  for (const _start of ['first', 'second']) {
    const server = await sshProgram(directory, ['--auth', 'memory:a:b'])
    await server.stop()
    found.push((await server.log).find(({ event }) => event === 'host-key'))
  }
  const path = join(directory, '.local', 'state', 'gatewright', 'ssh-host-key')
  expect(readFileSync(path, 'utf8')).toContain('OPENSSH PRIVATE KEY')
  const fingerprint = expect.stringMatching(/^SHA256:/)
  expect(found).toEqual([
    expect.objectContaining({ path, made: true, fingerprint }),
    expect.objectContaining({ path, made: false, fingerprint: found[0]?.fingerprint }),
  ])
  clear()
})

it('keeps the host key where XDG_STATE_HOME says', async () => {
  const { directory, remove: clear } = scratch()
  const server = await sshProgram(directory, ['--auth', 'memory:a:b'], { XDG_STATE_HOME: join(directory, 'state') })
  await server.stop()
  expect(readFileSync(join(directory, 'state', 'gatewright', 'ssh-host-key'), 'utf8')).toContain('PRIVATE KEY')
  clear()
})

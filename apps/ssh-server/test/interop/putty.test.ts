import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { present } from '../present.ts'
import type { SshProgram } from '../program.ts'
import { SECURITY_KEYS, serveSecurityKey } from './security-key-agent.ts'
import { KEY_NAMES, type Played, World } from './world.ts'

const here = present('plink', 'puttygen', 'psftp', 'ssh-keygen')

let world: World
let server: SshProgram
let strict: SshProgram

beforeAll(async () => {
  if (!here) return
  world = new World()
  ;[server, strict] = await Promise.all([world.serve('--sftp', '.'), world.serve('--require', 'publickey,password')])
})
afterAll(() => world?.close())

interface Call {
  readonly port?: number
  readonly user?: string
  /** By this key. */
  readonly key?: string
  readonly password?: string
}

/** What every program of PuTTY takes: who, where, by what, and which host key to expect. */
async function target({ port = server.port, user = 'ada', key, password }: Call): Promise<readonly string[]> {
  return [
    ...['-batch', '-hostkey', world.fingerprint('host'), '-noagent', '-P', String(port), '-l', user],
    ...(key === undefined ? [] : ['-i', await converted(key)]),
    ...(password === undefined ? [] : ['-pw', password]),
    '127.0.0.1',
  ]
}

/** PuTTY has a format of its own for keys. */
async function converted(key: string): Promise<string> {
  const ppk = world.path(`${key}.ppk`)
  const { code, err } = await world.play('puttygen', [world.path(key), '-O', 'private', '-o', ppk])
  expect({ code, err }).toMatchObject({ code: 0 })
  return ppk
}

async function plink(call: Call, ...command: readonly string[]): Promise<Played> {
  return await world.play('plink', ['-ssh', ...(await target(call)), ...command])
}

const IN = { code: 0, out: 'ada\n' }
const REFUSED = { code: 1, out: '' }

describe.skipIf(!here)('plink', () => {
  it('logs in by password, and is refused with a wrong one', async () => {
    expect(await plink({ password: 'sesame' }, 'whoami')).toMatchObject(IN)
    expect(await plink({ password: 'sesamo' }, 'whoami')).toMatchObject(REFUSED)
    expect(await plink({ user: 'nobody', password: 'sesame' }, 'whoami')).toMatchObject(REFUSED)
  })

  it.each(KEY_NAMES)('logs in by a key of type %s', async (key) => {
    expect(await plink({ key }, 'whoami')).toMatchObject(IN)
  })

  it('logs in by a certificate', async () => {
    const certificate = world.sign('by-putty', { options: ['-n', 'ada'] })
    const args = ['-ssh', '-cert', certificate, ...(await target({ key: 'signed' })), 'whoami']
    expect(await world.play('plink', args)).toMatchObject(IN)
  })

  it('logs in by dialogue, and is refused with a wrong answer', async () => {
    const asked = { err: expect.stringContaining('Attempting keyboard-interactive authentication') }
    for (const [password, seen] of [
      ['sesame', IN],
      ['sesamo', REFUSED],
    ] as const) {
      const args = ['-ssh', '-v', ...(await target({ password })), 'whoami']
      const played = await world.play('plink', args)
      expect(played).toMatchObject({ ...seen, ...asked })
      // The other method is not what it got in by.
      expect(played.err).not.toContain('Sent password')
    }
  })

  it.each(SECURITY_KEYS)('logs in by a key of type %s that was touched, and not by one that was not', async (type) => {
    for (const [touched, seen] of [
      [true, { code: 0, out: 'toucher\n' }],
      [false, REFUSED],
    ] as const) {
      await using agent = await serveSecurityKey(world.path(`sk-${touched}`), touched, type)
      world.authorize('toucher', agent.publicKey)
      const args = (await target({ user: 'toucher' })).map((arg) => (arg === '-noagent' ? '-agent' : arg))
      const env = { SSH_AUTH_SOCK: agent.socket }
      expect(await world.play('plink', ['-ssh', ...args, 'whoami'], { env })).toMatchObject(seen)
      expect(agent.signatures).toBe(1)
    }
  })

  it('is refused with a key of nobody, and with the key of somebody else', async () => {
    expect(await plink({ key: 'stranger' }, 'whoami')).toMatchObject(REFUSED)
    expect(await plink({ user: 'bob', key: 'ed25519' }, 'whoami')).toMatchObject(REFUSED)
  })

  it('takes a key and then a password where both are required', async () => {
    const { port } = strict
    expect(await plink({ port, key: 'ed25519', password: 'sesame' }, 'whoami')).toMatchObject(IN)
    expect(await plink({ port, key: 'ed25519', password: 'sesamo' }, 'whoami')).toMatchObject(REFUSED)
    expect(await plink({ port, key: 'ed25519' }, 'whoami')).toMatchObject(REFUSED)
    expect(await plink({ port, password: 'sesame' }, 'whoami')).toMatchObject(REFUSED)
  })

  it('hands on exit codes, both streams, and what a key is forced to', async () => {
    expect(await plink({ key: 'ed25519' }, 'reboot')).toEqual({
      code: 127,
      out: '',
      err: 'reboot: no such command; try help\n',
    })
    expect(await plink({ user: 'clerk', key: 'clerk' }, 'whoami')).toMatchObject({ code: 0, out: 'forced\n' })
  })
})

describe.skipIf(!here)('psftp', () => {
  it('lists files', async () => {
    const args = [...(await target({ key: 'ed25519' }))]
    const { code, out } = await world.play('psftp', args, { input: 'ls\nquit\n' })
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('known_hosts') })
  })
})

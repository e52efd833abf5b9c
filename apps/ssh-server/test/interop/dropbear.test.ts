import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { present } from '../present.ts'
import type { SshProgram } from '../program.ts'
import { KEY_NAMES, type Played, World } from './world.ts'

const here = present('dbclient', 'dropbearconvert', 'ssh-keygen')

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

async function dbclient(
  { port = server.port, user = 'ada', key, password }: Call,
  ...command: readonly string[]
): Promise<Played> {
  const identity = key === undefined ? [] : ['-i', await converted(key)]
  const args = ['-y', '-y', '-y', '-q', ...identity, '-l', user, '-p', String(port), '127.0.0.1', ...command]
  return await world.play('dbclient', args, { env: { DROPBEAR_PASSWORD: password ?? '' } })
}

/** Dropbear has a format of its own for keys. */
async function converted(key: string): Promise<string> {
  const { code, err } = await world.play('dropbearconvert', [
    ...['openssh', 'dropbear', world.path(key), world.path(`${key}.db`)],
  ])
  expect({ code, err }).toMatchObject({ code: 0 })
  return world.path(`${key}.db`)
}

const IN = { code: 0, out: 'ada\n' }
/** Its exit code is 0 when the server has had enough of it. */
const REFUSED = { out: '', err: expect.stringMatching(/Disconnect received|No auth methods could be used/) }

describe.skipIf(!here)('dbclient', () => {
  it('logs in by password, and is refused with a wrong one', async () => {
    expect(await dbclient({ password: 'sesame' }, 'whoami')).toMatchObject(IN)
    expect(await dbclient({ password: 'sesamo' }, 'whoami')).toMatchObject(REFUSED)
    expect(await dbclient({ user: 'nobody', password: 'sesame' }, 'whoami')).toMatchObject(REFUSED)
  })

  it('logs in by dialogue, and is refused with a wrong answer', async () => {
    // What it says before it answers a question, and not before it sends a password.
    const asked = { err: expect.stringContaining('Login for ada@127.0.0.1') }
    expect(await dbclient({ password: 'sesame' }, 'whoami')).toMatchObject({ ...IN, ...asked })
    expect(await dbclient({ password: 'sesamo' }, 'whoami')).toMatchObject({ out: '', ...asked })
  })

  it('logs in where the host key is another than it guessed', async () => {
    const { port } = await world.serve('--host-key', world.path('rsa-2048'))
    expect(await dbclient({ port, key: 'ed25519' }, 'whoami')).toMatchObject(IN)
  })

  it.each(KEY_NAMES)('logs in by a key of type %s', async (key) => {
    expect(await dbclient({ key }, 'whoami')).toMatchObject(IN)
  })

  it('is refused with a key of nobody, and with the key of somebody else', async () => {
    expect(await dbclient({ key: 'stranger' }, 'whoami')).toMatchObject(REFUSED)
    expect(await dbclient({ user: 'bob', key: 'ed25519' }, 'whoami')).toMatchObject(REFUSED)
  })

  it('takes a key and then a password where both are required', async () => {
    const { port } = strict
    expect(await dbclient({ port, key: 'ed25519', password: 'sesame' }, 'whoami')).toMatchObject(IN)
    expect(await dbclient({ port, key: 'ed25519', password: 'sesamo' }, 'whoami')).toMatchObject(REFUSED)
    expect(await dbclient({ port, key: 'ed25519' }, 'whoami')).toMatchObject(REFUSED)
    expect(await dbclient({ port, password: 'sesame' }, 'whoami')).toMatchObject(REFUSED)
  })

  it('hands on exit codes, both streams, and what a key is forced to', async () => {
    const { code, out, err } = await dbclient({ key: 'ed25519' }, 'reboot')
    expect({ code, out }).toEqual({ code: 127, out: '' })
    expect(err).toContain('reboot: no such command; try help\n')
    expect(await dbclient({ user: 'clerk', key: 'clerk' }, 'whoami')).toMatchObject({ code: 0, out: 'forced\n' })
  })
})

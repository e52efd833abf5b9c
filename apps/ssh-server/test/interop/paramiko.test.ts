import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { presentInPython } from '../present.ts'
import type { SshProgram } from '../program.ts'
import { KEY_NAMES, World } from './world.ts'

const here = presentInPython('paramiko')

let world: World
let server: SshProgram
let strict: SshProgram

beforeAll(async () => {
  if (!here) return
  world = new World()
  ;[server, strict] = await Promise.all([world.serve('--sftp', '.'), world.serve('--require', 'publickey,password')])
})
afterAll(() => world?.close())

/** One step of a login, as paramiko names them, and what it came to: nothing more is needed, what is, or the exception. */
type Step = readonly ['password' | 'dialogue' | 'publickey', string]

interface Script {
  readonly port?: number
  readonly user?: string
  readonly steps: readonly Step[]
  readonly command?: string
  readonly transfer?: string
}

interface Told {
  readonly steps: readonly (readonly string[] | string)[]
  readonly code?: number
  readonly out?: string
  readonly err?: string
  readonly transferred?: string
}

async function paramiko({ port = server.port, user = 'ada', ...script }: Script): Promise<Told> {
  const steps = script.steps.map(([method, what]) => [method, method === 'publickey' ? world.path(what) : what])
  const input = JSON.stringify({ ...script, steps, port, user, host: world.publicKey('host') })
  const { code, out, err } = await world.play('/usr/bin/python3', [join(import.meta.dirname, 'client.py')], { input })
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return JSON.parse(out)
}

const REFUSED = ['BadAuthenticationType', 'AuthenticationException']

describe.skipIf(!here)('paramiko', () => {
  it('logs in by password, and by dialogue', async () => {
    for (const method of ['password', 'dialogue'] as const) {
      expect(await paramiko({ steps: [[method, 'sesame']], command: 'whoami' })).toEqual({
        ...{ steps: [[]], code: 0, out: 'ada\n', err: '' },
      })
    }
  })

  it.each(KEY_NAMES)('logs in by a key of type %s', async (name) => {
    expect(await paramiko({ steps: [['publickey', name]], command: 'whoami' })).toMatchObject({
      steps: [[]],
      out: 'ada\n',
    })
  })

  it.each([
    ['a wrong password', { steps: [['password', 'sesamo']] }],
    ['a wrong answer', { steps: [['dialogue', 'sesamo']] }],
    ['the password of somebody else', { steps: [['password', 'swordfish']] }],
    ['a user who does not exist', { user: 'nobody', steps: [['password', 'sesame']] }],
    ['a key of nobody', { steps: [['publickey', 'stranger']] }],
    ['the key of somebody else', { user: 'bob', steps: [['publickey', 'ed25519']] }],
  ] as const)('is refused with %s, and runs nothing', async (_what, script) => {
    const { steps, out } = await paramiko({ ...script, command: 'whoami' })
    expect(REFUSED).toContain(steps[0])
    expect(out).toBeUndefined()
  })

  it('logs in at the second try', async () => {
    const steps: readonly Step[] = [
      ['password', 'sesamo'],
      ['password', 'sesame'],
    ]
    expect(await paramiko({ steps, command: 'whoami' })).toMatchObject({
      steps: ['AuthenticationException', []],
      out: 'ada\n',
    })
  })

  it('is told after each factor what is still missing, in whichever order they come', async () => {
    const { port } = strict
    for (const [first, second, missing] of [
      [
        ['publickey', 'ed25519'],
        ['password', 'sesame'],
        ['password', 'keyboard-interactive'],
      ],
      [
        ['publickey', 'ed25519'],
        ['dialogue', 'sesame'],
        ['password', 'keyboard-interactive'],
      ],
      [['password', 'sesame'], ['publickey', 'ed25519'], ['publickey']],
    ] as const) {
      const { steps, out } = await paramiko({ port, steps: [first, second], command: 'whoami' })
      expect(new Set(steps[0])).toEqual(new Set(missing))
      expect({ last: steps[1], out }).toEqual({ last: [], out: 'ada\n' })
    }
  })

  it('does not get in by one factor twice', async () => {
    const steps: readonly Step[] = [
      ['publickey', 'ed25519'],
      ['publickey', 'rsa-2048'],
    ]
    const told = await paramiko({ port: strict.port, steps, command: 'whoami' })
    expect(REFUSED).toContain(told.steps[1])
    expect(told.out).toBeUndefined()
  })

  it('hands on exit codes and both streams', async () => {
    expect(await paramiko({ steps: [['publickey', 'ed25519']], command: 'reboot' })).toMatchObject({
      ...{ code: 127, out: '', err: 'reboot: no such command; try help\n' },
    })
  })

  it('transfers files there and back, larger than any window', async () => {
    const { transferred } = await paramiko({ steps: [['publickey', 'ed25519']], transfer: 'papers.bin' })
    expect(transferred).toBe('5000000 the same')
  })
})

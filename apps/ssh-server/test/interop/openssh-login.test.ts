import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { present } from '../present.ts'
import type { SshProgram } from '../program.ts'
import { BY_DIALOGUE, BY_PASSWORD, byKey, ssh, sshArguments } from './openssh.ts'
import { SECURITY_KEYS, serveSecurityKey } from './security-key-agent.ts'
import { KEY_NAMES, type Played, World } from './world.ts'

const here = present('ssh', 'ssh-keygen', 'ssh-agent', 'ssh-add')

let world: World
let server: SshProgram
let strict: SshProgram

beforeAll(async () => {
  if (!here) return
  world = new World()
  ;[server, strict] = await Promise.all([world.serve(), world.serve('--require', 'publickey,password')])
})
afterAll(() => world?.close())

const ADA = { code: 0, out: 'ada\n', err: '' }

function expectRefused({ code, out, err }: Played): void {
  expect({ code, out }).toEqual({ code: 255, out: '' })
  expect(err).toMatch(/Permission denied|Too many authentication failures/)
}

describe.skipIf(!here)('ssh', () => {
  it('logs in by password, and by dialogue', async () => {
    for (const options of [BY_PASSWORD, BY_DIALOGUE]) {
      expect(await ssh(world, { port: server.port, options, answer: 'sesame' }, 'whoami')).toEqual(ADA)
    }
  })

  it('is refused with a wrong password, an empty one, or that of somebody else', async () => {
    for (const options of [BY_PASSWORD, BY_DIALOGUE]) {
      for (const [user, answer] of [
        ['ada', 'sesamo'],
        ['ada', ''],
        ['ada', 'swordfish'],
        ['nobody', 'sesame'],
      ]) {
        expectRefused(
          await ssh(world, { port: server.port, user: user ?? '', options, answer: answer ?? '' }, 'whoami'),
        )
      }
    }
  })

  it.each(KEY_NAMES)('logs in by a key of type %s', async (name) => {
    const options = byKey(world, name)
    expect(await ssh(world, { port: server.port, options }, 'whoami')).toEqual(ADA)
  })

  it.each(['rsa-sha2-256', 'rsa-sha2-512'])('logs in by RSA with %s', async (algorithm) => {
    const options = byKey(world, 'rsa-2048', `PubkeyAcceptedAlgorithms=${algorithm}`)
    expect(await ssh(world, { port: server.port, options }, 'whoami')).toEqual(ADA)
  })

  it('is refused with RSA and SHA-1', async () => {
    expectRefused(
      await ssh(
        world,
        { port: server.port, options: byKey(world, 'rsa-2048', 'PubkeyAcceptedAlgorithms=ssh-rsa') },
        'whoami',
      ),
    )
  })

  it('is refused with a key of nobody, and with the key of somebody else', async () => {
    expectRefused(await ssh(world, { port: server.port, options: byKey(world, 'stranger') }, 'whoami'))
    for (const user of ['bob', 'clerk', 'nobody']) {
      expectRefused(await ssh(world, { port: server.port, user, options: byKey(world, 'ed25519') }, 'whoami'))
    }
  })

  it('logs in by an agent', async () => {
    const options = ['PreferredAuthentications=publickey', 'IdentityFile=none', 'IdentitiesOnly=no']
    const call = sshArguments(world, { port: server.port, options }, 'whoami')
    const script = 'ssh-add -q "$1" && shift && exec ssh "$@"'
    const args = ['-a', world.path('agent'), 'sh', '-c', script, 'sh', world.path('ecdsa-256'), ...call]
    expect(await world.play('ssh-agent', args)).toEqual(ADA)
  })

  it.each(SECURITY_KEYS)('logs in by a key of type %s that was touched, and not by one that was not', async (type) => {
    for (const [touched, code] of [
      [true, 0],
      [false, 255],
    ] as const) {
      await using agent = await serveSecurityKey(world.path(`sk-${touched}`), touched, type)
      world.authorize('toucher', agent.publicKey)
      const options = ['PreferredAuthentications=publickey', 'IdentityFile=none', 'IdentitiesOnly=no']
      const call = { port: server.port, user: 'toucher', options: [...options, `IdentityAgent=${agent.socket}`] }
      expect((await ssh(world, call, 'whoami')).code).toBe(code)
      expect(agent.signatures).toBe(1)
    }
  })

  it('takes a key and then a password where both are required, in this order or the other', async () => {
    const { port } = strict
    const key = `IdentityFile=${world.path('ed25519')}`
    for (const methods of ['publickey,password', 'password,publickey', 'publickey,keyboard-interactive']) {
      const options = ['LogLevel=VERBOSE', `PreferredAuthentications=${methods}`, key, 'IdentityAgent=none']
      const { code, out, err } = await ssh(world, { port, options, answer: 'sesame' }, 'whoami')
      expect({ code, out, methods }).toEqual({ code: 0, out: 'ada\n', methods })
      expect(err).toContain('with partial success')
    }
    expectRefused(await ssh(world, { port, options: byKey(world, 'ed25519') }, 'whoami'))
    for (const options of [BY_PASSWORD, BY_DIALOGUE]) {
      expectRefused(await ssh(world, { port, options, answer: 'sesame' }, 'whoami'))
    }
    const options = ['PreferredAuthentications=publickey,password', key, 'IdentityAgent=none']
    expectRefused(await ssh(world, { port, options, answer: 'swordfish' }, 'whoami'))
  })

  it('lets a key with command= do nothing else', async () => {
    const options = byKey(world, 'clerk')
    for (const command of [['whoami'], []]) {
      const played = await ssh(world, { port: server.port, user: 'clerk', options, input: 'whoami\n' }, ...command)
      expect(played).toMatchObject({ code: 0, out: 'forced\n' })
    }
  })

  it('says in its log which key it was', async () => {
    const other = await world.serve()
    await ssh(world, { port: other.port, options: byKey(world, 'ecdsa-384') }, 'whoami')
    await other.stop()
    const log = await other.log
    expect(log.find(({ event }) => event === 'login.finish')).toMatchObject({
      status: 'granted',
      id: 'ada',
      proofs: [{ kind: 'publickey', facts: { fingerprint: world.fingerprint('ecdsa-384') } }],
    })
    expect(log.filter(({ event }) => event === 'logout')).toHaveLength(1)
    expect(log.at(-1)).toMatchObject({ event: 'stopped' })
  })
})

/** Certificates by `ssh-keygen -s`: what it is told, and whether ada comes in by it. */
const CERTIFICATES: readonly (readonly [what: string, signed: Parameters<World['sign']>[1], code: 0 | 255])[] = [
  ['for ada', { options: ['-n', 'ada'] }, 0],
  ['for ada and others', { options: ['-n', 'bob,ada'] }, 0],
  ['valid for an hour', { options: ['-n', 'ada', '-V', '-1h:+1h'] }, 0],
  ['for her address', { options: ['-n', 'ada', '-O', 'source-address=127.0.0.0/8'] }, 0],
  ['by another authority', { ca: 'other-ca', options: ['-n', 'ada'] }, 255],
  ['for somebody else', { options: ['-n', 'bob'] }, 255],
  ['for nobody', {}, 255],
  ['for a host', { options: ['-h', '-n', 'ada'] }, 255],
  ['that has expired', { options: ['-n', 'ada', '-V', '-2h:-1h'] }, 255],
  ['that is not valid yet', { options: ['-n', 'ada', '-V', '+1h:+2h'] }, 255],
  ['for another address', { options: ['-n', 'ada', '-O', 'source-address=192.0.2.0/24'] }, 255],
  ['with a critical option that nobody knows', { options: ['-n', 'ada', '-O', 'critical:new@example.com=x'] }, 255],
]

describe.skipIf(!here)('ssh with a certificate', () => {
  it.each(CERTIFICATES)('%s', async (what, signed, code) => {
    const certificate = world.sign(what.replaceAll(' ', '-'), signed)
    const options = byKey(world, 'signed', `CertificateFile=${certificate}`)
    const played = await ssh(world, { port: server.port, options }, 'whoami')
    if (code === 0) expect(played).toEqual(ADA)
    else expectRefused(played)
  })

  it('does only what it is forced to', async () => {
    const certificate = world.sign('forced', { options: ['-n', 'ada', '-O', 'force-command=echo certified'] })
    const options = byKey(world, 'signed', `CertificateFile=${certificate}`)
    expect(await ssh(world, { port: server.port, options }, 'whoami')).toMatchObject({ code: 0, out: 'certified\n' })
  })

  it('is nothing without its key', async () => {
    const certificate = world.sign('stolen', { options: ['-n', 'ada'] })
    const options = byKey(world, 'stranger', `CertificateFile=${certificate}`)
    expectRefused(await ssh(world, { port: server.port, options }, 'whoami'))
  })
})

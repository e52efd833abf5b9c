import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterEach, describe, expect, it } from 'vitest'
import { directoryFiles } from '../src/index.ts'
import { Environment } from '../src/session/environment.ts'
import { KeyPolicy } from '../src/session/key-policy.ts'
import { serveSftp } from '../src/sftp/sftp-server.ts'
import { eventually, keys, type Rig, rig } from './rig.ts'

const clients: ssh2.Client[] = []
afterEach(() => clients.splice(0).forEach((client) => void client.destroy()))

async function logIn(door: Rig, how: ssh2.ConnectConfig = { password: 'sesame' }): Promise<ssh2.Client> {
  const client = new ssh2.Client()
  clients.push(client)
  client.on('error', () => undefined)
  client.connect({ port: door.port, host: '127.0.0.1', username: 'ada', ...how })
  await once(client, 'ready')
  return client
}

type Ran = { out: string; err: string; code: number | null }

function run(client: ssh2.Client, command: string, options: ssh2.ExecOptions = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    client.exec(command, options, (error, channel) => {
      if (error) return reject(error)
      let out = ''
      let err = ''
      let code: number | null = null
      channel.on('data', (chunk: Buffer) => void (out += chunk.toString()))
      channel.stderr.on('data', (chunk: Buffer) => void (err += chunk.toString()))
      channel.on('exit', (status: number | null) => void (code = status))
      channel.on('close', () => resolve({ out, err, code }))
    })
  })
}

describe('a session', () => {
  it('has streams, an exit code, and the variables that are allowed', async () => {
    await using door = await rig({
      methods: {
        exec: ({ command, env, stdout, stderr }) => {
          stdout.write(`${command} ${JSON.stringify(env)}`)
          stderr.end('oops')
          stdout.end()
          return 7
        },
      },
    })
    const client = await logIn(door)
    expect(await run(client, 'try', { env: { LC_ALL: 'C', LD_PRELOAD: '/x', LANG: 'de' } })).toEqual({
      out: 'try {"LC_ALL":"C","LANG":"de"}',
      err: 'oops',
      code: 7,
    })
  })

  it('loses nothing of what it wrote to a client that reads slowly, on both streams', async () => {
    const size = 5 << 20
    await using door = await rig({
      methods: {
        exec: ({ stdout, stderr }) => {
          for (const stream of [stdout, stderr]) stream.write(Buffer.alloc(size, 1))
          return 0
        },
      },
    })
    const client = await logIn(door)
    const { out, err, code } = await run(client, '')
    expect([out.length, err.length, code]).toEqual([size, size, 0])
  })

  it.each([[undefined], [-1], [256], ['0'], [1.5]])('that returns %j ends in 255 and is reported', async (returned) => {
    await using door = await rig({ methods: { exec: () => returned as number } })
    expect((await run(await logIn(door), '')).code).toBe(255)
    expect(door.errors).toHaveLength(1)
  })

  it('exists only if the avatar has it', async () => {
    await using door = await rig({ methods: {} })
    const client = await logIn(door)
    await expect(run(client, 'x')).rejects.toThrow()
    await expect(new Promise((ok, no) => client.shell((error, it) => (error ? no(error) : ok(it))))).rejects.toThrow()
    await expect(new Promise((ok, no) => client.sftp((error, it) => (error ? no(error) : ok(it))))).rejects.toThrow()
  })

  it('is one of ten at most', async () => {
    await using door = await rig({ methods: { exec: ({ signal }) => once(signal, 'abort').then(() => 0) } })
    const client = await logIn(door)
    const open = () => new Promise((ok, no) => client.exec('', (error, it) => (error ? no(error) : ok(it))))
    for (let n = 0; n < 10; n++) await open()
    await expect(open()).rejects.toThrow()
    client.destroy()
    await eventually(() => door.guests[0]?.logouts === 1)
    expect(door.errors).toEqual([])
  })

  it('forwards nothing, in either direction', async () => {
    await using door = await rig()
    const client = await logIn(door)
    await expect(
      new Promise((ok, no) =>
        client.forwardOut('127.0.0.1', 1, '127.0.0.1', 22, (error, it) => (error ? no(error) : ok(it))),
      ),
    ).rejects.toThrow()
    await expect(
      new Promise((ok, no) => client.forwardIn('127.0.0.1', 0, (error, it) => (error ? no(error) : ok(it)))),
    ).rejects.toThrow()
  })

  it('is told when the server closes', async () => {
    let reason: unknown
    const door = await rig({
      methods: {
        exec: async ({ signal }) => {
          await once(signal, 'abort')
          reason = signal.reason
          return 0
        },
      },
    })
    const client = await logIn(door)
    const ran = run(client, '')
    await eventually(() => door.guests.length === 1)
    await new Promise((resolve) => client.exec('', resolve))
    await door.server.close()
    expect((await ran).code).toBe(0)
    expect(reason).toMatchObject({ code: 'CLOSED' })
    expect(door.guests[0]?.logouts).toBe(1)
    await door[Symbol.asyncDispose]()
  })
})

describe('the options of a key', () => {
  it.each<[readonly string[] | undefined, object]>([
    [undefined, { LANG: 'de' }],
    [['GIT_*'], { LANG: 'de', GIT_USER: 'ada' }],
    [['*'], { LANG: 'C', GIT_USER: 'ada', LD_PRELOAD: '/tmp/x.so' }],
  ])('set no variables but those that the server lets them: %j', async (allowKeyEnv, expected) => {
    const pair = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
    const blob = Buffer.from(pair.public.split(' ')[1] ?? '', 'base64')
    const environment = { LANG: 'C', GIT_USER: 'ada', LD_PRELOAD: '/tmp/x.so' }
    await using door = await rig({
      checkers: [keys([[{ blob }, { environment }]])],
      methods: { exec: ({ env, stdout }) => Number(!stdout.write(JSON.stringify(env))) },
      ...(allowKeyEnv && { allowKeyEnv }),
    })
    const client = await logIn(door, { privateKey: pair.private })
    const { out } = await run(client, 'env', { env: { LANG: 'de' } })
    expect(JSON.parse(out)).toEqual(expected)
  })

  const proof = (restrictions: object) =>
    ({ id: 'ada', kind: 'publickey', checker: 'keys', at: 0, facts: { restrictions } }) as const
  const open = {
    pty: true,
    portForwarding: true,
    agentForwarding: true,
    x11Forwarding: true,
    userRc: true,
    environment: {},
  }

  it('replace whatever is asked for', () => {
    const policy = KeyPolicy.of([proof({ ...open, command: 'backup' })])
    for (const [asked, original] of [
      [{ kind: 'shell' }, ''],
      [{ kind: 'exec', command: 'rm' }, 'rm'],
      [{ kind: 'sftp' }, 'sftp'],
    ] as const) {
      expect(policy?.programFor(asked)).toEqual({ kind: 'exec', command: 'backup', original })
    }
  })

  it('take the terminal, and are closed when they make no sense', () => {
    expect(KeyPolicy.of([proof({ ...open, pty: false })])?.allowsPty).toBe(false)
    expect(KeyPolicy.of([proof({ pty: true })])).toBeUndefined()
    expect(KeyPolicy.of([proof({ ...open, command: 'a' }), proof({ ...open, command: 'b' })])).toBeUndefined()
  })

  it('have the last word on variables', () => {
    const environment = new Environment(['LANG', 'LC_*', '__proto__'], ['LANG', 'GIT_*'], 64)
    expect(environment.set('LANG', 'de')).toBe(true)
    expect(environment.set('LC_A=B', 'x')).toBe(false)
    expect(environment.set('PATH', 'x')).toBe(false)
    expect(environment.set('LC_X', 'x'.repeat(64))).toBe(false)
    expect({ ...environment.with({ LANG: 'en', GIT_USER: 'ada', LD_PRELOAD: '/tmp/x.so', LC_ALL: 'C' }) }).toEqual({
      LANG: 'en',
      GIT_USER: 'ada',
    })
  })
})

describe('the files of a directory', () => {
  const made: string[] = []
  afterEach(() => {
    for (const path of made.splice(0)) rmSync(path, { recursive: true })
  })

  function directory(): { root: string; outside: string } {
    const place = mkdtempSync(join(tmpdir(), 'gatewright-sftp-'))
    made.push(place)
    const root = join(place, 'root')
    const outside = join(place, 'secret')
    writeFileSync(outside, 'secret')
    mkdirSync(root)
    writeFileSync(join(root, 'inside'), 'inside')
    symlinkSync(outside, join(root, 'leak'))
    symlinkSync('..', join(root, 'up'))
    symlinkSync('inside', join(root, 'alias'))
    symlinkSync(join(place, 'nowhere'), join(root, 'dangling'))
    return { root, outside }
  }

  const READ = { read: true, write: false, append: false, create: false, truncate: false, exclusive: false }
  const WRITE = { ...READ, read: false, write: true, create: true }

  it('are all there is', async () => {
    const { root } = directory()
    const files = directoryFiles(root)
    expect(files.realPath('../../a/./../b')).toBe('/b')
    for (const path of ['leak', 'up/secret', '../secret', '/up/../../secret', 'up/root/../secret', 'dangling']) {
      await expect((async () => await files.stat(path))(), path).rejects.toMatchObject({ code: 'ENOENT' })
      await expect((async () => await files.open(path, READ, {}))(), path).rejects.toThrow()
    }
    await expect((async () => await files.open('dangling', WRITE, {}))()).rejects.toThrow()
    await expect((async () => await files.makeDirectory?.('up/new', {}))()).rejects.toThrow()
    await expect((async () => await files.rename?.('inside', 'up/inside', true))()).rejects.toThrow()
    await expect((async () => await files.remove?.('/'))()).rejects.toThrow()
    await expect((async () => await files.removeDirectory?.('/'))()).rejects.toThrow()
    const file = await files.open('alias', READ, {})
    expect(Buffer.from(await file.read(100, 0)).toString()).toBe('inside')
    await file.close()
    expect(await files.readLink?.('alias')).toBe('/inside')
    await expect((async () => await files.readLink?.('leak'))()).rejects.toThrow()
    expect('makeLink' in files).toBe(false)
  })

  it('are only read when that is said', async () => {
    const { root } = directory()
    const files = directoryFiles(root, { readOnly: true })
    await expect((async () => await files.open('new', WRITE, {}))()).rejects.toMatchObject({ code: 'EACCES' })
    expect(() => files.remove?.('inside')).toThrow('EACCES')
    expect(() => files.makeDirectory?.('new', {})).toThrow('EACCES')
    expect(() => files.removeDirectory?.('new')).toThrow('EACCES')
    expect(() => files.rename?.('inside', 'new', true)).toThrow('EACCES')
    expect(() => files.change?.('inside', { mode: 0 })).toThrow('EACCES')
  })

  it('come and go by SFTP, at most 64 open at once', async () => {
    const { root } = directory()
    await using door = await rig({ methods: { sftp: () => directoryFiles(root) } })
    const client = await logIn(door)
    const sftp = await new Promise<ssh2.SFTPWrapper>((ok, no) =>
      client.sftp((error, it) => (error ? no(error) : ok(it))),
    )
    const data = Buffer.alloc(1 << 20, 3)
    await new Promise<void>((ok, no) => sftp.writeFile('new', data, (error) => (error ? no(error) : ok())))
    expect(await new Promise((ok, no) => sftp.readFile('new', (error, it) => (error ? no(error) : ok(it))))).toEqual(
      data,
    )
    const names = await new Promise<string[]>((ok, no) =>
      sftp.readdir('/', (error, it) => (error ? no(error) : ok(it.map(({ filename }) => filename)))),
    )
    expect(names.toSorted()).toEqual(['alias', 'dangling', 'inside', 'leak', 'new', 'up'])
    const open = () => new Promise((ok, no) => sftp.open('new', 'r', (error, it) => (error ? no(error) : ok(it))))
    for (let n = 0; n < 64; n++) await open()
    await expect(open()).rejects.toThrow()
    const closed = once(sftp, 'close')
    sftp.end()
    await closed
    expect(door.errors).toEqual([])
  })

  it('are closed when a client says what is no SFTP', async () => {
    const { PassThrough } = await import('node:stream')
    for (const nonsense of ['ffffffff', '0000000103', '00000000', '0000000501000000030000000103']) {
      let closes = 0
      const files = { ...directoryFiles(directory().root), close: () => void closes++ }
      const input = new PassThrough()
      const output = new PassThrough().resume()
      input.end(Buffer.from(nonsense, 'hex'))
      await serveSftp(files, input, output, 4)
      expect(closes).toBe(1)
    }
  })
})

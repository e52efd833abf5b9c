import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { Gatehouse, piped, scratch } from './place.ts'

const SECRET = 'correct horse'

/** Whether OpenSSH is here. In CI its absence is a failure, because a skipped test proves nothing. */
function present(): boolean {
  if (['ssh', 'ssh-keygen'].every((program) => spawnSync('which', [program]).status === 0)) return true
  if (process.env.CI) throw new Error('ssh missing: apt-get install openssh-client')
  console.warn('skipped without ssh: apt-get install openssh-client')
  return false
}

/** A house with its SSH door open, and ada in it, who has a key. */
async function serving(...args: readonly string[]) {
  const directory = scratch()
  const users = async (words: readonly string[], input = SECRET) =>
    expect(await new Gatehouse(directory).run(['users', ...words], { input: piped(input) })).toBe(0)
  await users(['add', 'ada'])
  const id = join(directory, 'id')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'laptop', '-f', id])
  await users(['keys', 'add', 'ada', `${id}.pub`])
  writeFileSync(join(directory, 'askpass'), `#!/bin/sh\necho '${SECRET}'\n`, { mode: 0o700 })

  const server = new Gatehouse(directory)
  const done = server.run(['serve', '--port', '0', '--web-port', 'off', '--ssh-port', '0', ...args])
  const stop = async () => {
    server.signals.emit('SIGTERM', 'SIGTERM')
    return await done
  }
  onTestFinished(async () => void (await stop()))
  const port = await server.shows('listening on ssh://127.0.0.1:')
  const data = join(directory, 'gatehouse-data')
  const hostKey = execFileSync('ssh-keygen', ['-y', '-f', join(data, 'ssh-host-key')], { encoding: 'utf8' })
  writeFileSync(join(directory, 'known_hosts'), `[127.0.0.1]:${port} ${hostKey}`)

  /** What ssh says, asked for whatever it takes by key and password, or by one of them. */
  const ssh = async (methods: string, command: string, user = 'ada') => {
    const options = [
      `UserKnownHostsFile=${join(directory, 'known_hosts')}`,
      ...['StrictHostKeyChecking=yes', 'IdentitiesOnly=yes', 'IdentityAgent=none', 'NumberOfPasswordPrompts=1'],
      ...[`IdentityFile=${id}`, `PreferredAuthentications=${methods}`],
    ].flatMap((option) => ['-o', option])
    const client = spawn('ssh', ['-F', 'none', ...options, '-p', port, `${user}@127.0.0.1`, command], {
      env: { ...process.env, SSH_ASKPASS: join(directory, 'askpass'), SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' },
    })
    client.stdin.end('hello\n')
    const [out, err, [code]] = await Promise.all([text(client.stdout), text(client.stderr), once(client, 'exit')])
    return { out, err, code: code as number }
  }
  return { server, directory, data, users, ssh, stop }
}

const refused = expect.objectContaining({ code: 255, out: '', err: expect.stringContaining('Permission denied') })

it.skipIf(!present())('lets users in by key or password, and greets them', async () => {
  const { server, ssh } = await serving()
  expect(await ssh('publickey', '')).toMatchObject({ code: 0, out: 'Hello, ada!\nhello\n' })
  expect(await ssh('password', 'how are you?')).toMatchObject({ code: 0, out: 'how are you?\n' })
  expect(await ssh('keyboard-interactive', 'hm')).toMatchObject({ code: 0, out: 'hm\n' })
  expect(await ssh('publickey,password', 'x', 'nobody')).toEqual(refused)
  const granted = server.log('login.finish').filter(({ status }) => status === 'granted')
  expect(granted.map(({ kind, id }) => [kind, id])).toEqual([
    ['publickey', 'ada'],
    ['password', 'ada'],
    ['password', 'ada'],
  ])
  expect(server.log('logout')).toHaveLength(3)
})

it.skipIf(!present())('takes keys that are added while it is open, and none that are removed', async () => {
  const { ssh, users, directory } = await serving()
  await users(['keys', 'remove', 'ada', 'laptop'])
  expect(await ssh('publickey', 'hi')).toEqual(refused)
  const line = readFileSync(join(directory, 'id.pub'), 'utf8')
  await users(['keys', 'add', 'ada', '-'], `command="only this" ${line}`)
  expect(await ssh('publickey', 'hi')).toMatchObject({ code: 0, out: 'only this\n' })
  await users(['keys', 'add', 'ada', '-'], `expiry-time="20200101" ${line}`)
  expect(await ssh('publickey', 'hi')).toEqual(refused)
})

it.skipIf(!present())('lets nobody in by a key whose account is blocked', async () => {
  const { server, ssh, data } = await serving()
  const other = new DatabaseSync(join(data, 'gatehouse.sqlite'))
  other.exec(`UPDATE users SET blocked = 'locked'`)
  other.close()
  expect(await ssh('publickey,password', 'hi')).toEqual(refused)
  expect(server.log('login.finish').filter(({ status }) => status === 'granted')).toEqual([])
})

it.skipIf(!present())('asks for a key and a password when both are required', async () => {
  const { ssh } = await serving('--require', 'publickey,password')
  expect(await ssh('publickey,password', 'hi')).toMatchObject({ code: 0, out: 'hi\n' })
  expect(await ssh('publickey', 'hi')).toEqual(refused)
  expect(await ssh('password', 'hi')).toEqual(refused)
})

it.skipIf(!present())(
  'tells a database that is broken from a key that nobody has, and goes on when it is mended',
  async () => {
    const { server, ssh, data } = await serving()
    const other = new DatabaseSync(join(data, 'gatehouse.sqlite'))
    other.exec('ALTER TABLE keys RENAME TO gone')
    expect((await ssh('publickey', 'hi')).code).toBe(255)
    expect(server.log('ssh')[0]).toMatchObject({ level: 'error', error: { code: 'CHECKER_UNAVAILABLE' } })
    expect(server.log('login.finish')).toEqual([])
    other.exec('ALTER TABLE gone RENAME TO keys')
    other.close()
    expect(await ssh('publickey', 'hi')).toMatchObject({ code: 0, out: 'hi\n' })
  },
)

it.skipIf(!present())('keeps its host key with the data, for its owner alone', async () => {
  const { server, data } = await serving()
  expect(statSync(join(data, 'ssh-host-key')).mode & 0o777).toBe(0o600)
  const [line] = server.log('host-key')
  const shown = execFileSync('ssh-keygen', ['-l', '-f', join(data, 'ssh-host-key')], { encoding: 'utf8' })
  expect(shown).toContain(String(line?.fingerprint))
})

it('stays shut when it is to', async () => {
  const place = new Gatehouse()
  const done = place.run(['serve', '--port', '0', '--web-port', 'off', '--ssh-port', 'off'])
  await place.shows('listening on tcp://127.0.0.1:')
  place.signals.emit('SIGTERM', 'SIGTERM')
  expect(await done).toBe(0)
  expect(place.out).not.toContain('ssh')
})

it.each(['of', '-1', '65536'])('takes no %j for a port', async (port) => {
  const place = new Gatehouse()
  expect(await place.run(['serve', '--port', '0', '--web-port', 'off', '--ssh-port', port])).toBe(2)
  expect(place.err).toMatch(/^error: --ssh-port: .* is no port\nhint: /)
})

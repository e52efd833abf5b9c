import { readFileSync, writeFileSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { present } from '../present.ts'
import type { SshProgram } from '../program.ts'
import { BY_PASSWORD, byKey, type SshCall, scp, sftp, ssh, sshArguments } from './openssh.ts'
import { World } from './world.ts'

const here = present('ssh', 'ssh-keygen', 'sftp', 'scp')
const expects = present('ssh', 'ssh-keygen', 'expect')

let world: World
let server: SshProgram
let readOnly: SshProgram
let ada: SshCall

beforeAll(async () => {
  if (!here) return
  world = new World()
  await mkdir(world.path('public'))
  ;[server, readOnly] = await Promise.all([
    world.serve('--sftp', 'public'),
    world.serve('--sftp', 'public', '--sftp-read-only'),
  ])
  ada = { port: server.port, options: byKey(world, 'ed25519') }
})
afterAll(() => world?.close())

describe.skipIf(!here)('ssh', () => {
  it.each([
    [['whoami'], 0, 'ada\n', ''],
    [['echo', 'hello', 'there'], 0, 'hello there\n', ''],
    [['reboot'], 127, '', 'reboot: no such command; try help\n'],
    [['quit'], 0, 'Goodbye.\n', ''],
  ])('runs %j and hands on its exit code', async (command, code, out, err) => {
    expect(await ssh(world, ada, ...command)).toEqual({ code, out, err })
  })

  it('takes a script on standard input, and ends with the code of its last command', async () => {
    const pipe = { ...ada, options: [...byKey(world, 'ed25519'), 'RequestTTY=no'] }
    expect(await ssh(world, { ...pipe, input: 'whoami\necho hi\nls\n' })).toEqual({
      code: 127,
      out: 'ada\nhi\n',
      err: 'ls: no such command; try help\n',
    })
    expect((await ssh(world, { ...pipe, input: 'ls\nquit\nwhoami\n' })).code).toBe(0)
  })

  it('opens no tunnel, and has no agent and no display for anybody', async () => {
    const tunnel = { ...ada, options: [...byKey(world, 'ed25519'), 'LogLevel=ERROR'] }
    const { code, err } = await world.play('ssh', ['-W', '127.0.0.1:22', ...sshArguments(world, tunnel)])
    expect(code).not.toBe(0)
    expect(err).toMatch(/forwarding failed/)
    const remote = await world.play('ssh', [
      ...['-R', '0:127.0.0.1:22', '-o', 'ExitOnForwardFailure=yes'],
      ...sshArguments(world, tunnel, 'whoami'),
    ])
    expect(remote.code).toBe(255)
  })
})

/** A person at a terminal, in the language of expect; what was seen, and the exit code of ssh. */
async function atTerminal(call: SshCall, dialogue: string): Promise<{ readonly seen: string; readonly code: number }> {
  const script = world.path('dialogue.exp')
  const spawned = ['ssh', ...sshArguments(world, call)].map((word) => `{${word}}`).join(' ')
  writeFileSync(
    script,
    `set timeout 10
     set stty_init "rows 24 columns 60"
     spawn ${spawned}
     expect_before timeout { puts "NOTHING CAME"; exit 99 }
     ${dialogue}
     expect eof
     lassign [wait] pid spawned os code
     exit $code`,
  )
  const { code, out } = await world.play('expect', ['-f', script])
  return { seen: out, code: code ?? -1 }
}

describe.skipIf(!expects)('at a terminal', () => {
  it('plays the transcript of the README', async () => {
    const byPassword = { ...ada, options: [...BY_PASSWORD, 'BatchMode=no'] }
    const { seen, code } = await atTerminal(
      byPassword,
      `expect -ex "ada@127.0.0.1's password: "; send "sesame\\r"
       expect -ex "Welcome, ada. Try help.\\r\\n"; expect -ex "\\$ "
       send "help\\r"; expect -ex "whoami      who is logged in\\r\\n"; expect -ex "\\$ "
       send "echo hello there\\r"; expect -ex "\\r\\nhello there\\r\\n"; expect -ex "\\$ "
       send "quit\\r"; expect -ex "Goodbye.\\r\\n"`,
    )
    expect({ code, seen }).toMatchObject({ code: 0, seen: expect.stringContaining('Connection to 127.0.0.1 closed') })
    expect(seen).not.toContain('sesame')
  })

  it('edits lines, and remembers them', async () => {
    const { code } = await atTerminal(
      ada,
      `expect -ex "\\$ "; send "echo hat\\033\\[D\\177e\\r"; expect -ex "\\r\\nhet\\r\\n"
       expect -ex "\\$ "; send "\\033\\[A!\\r"; expect -ex "\\r\\nhet!\\r\\n"
       expect -ex "\\$ "; send "wxyz\\001\\013whoami\\r"; expect -ex "\\r\\nada\\r\\n"
       expect -ex "\\$ "; send "who\\t\\r"; expect -ex "\\r\\nada\\r\\n"
       expect -ex "\\$ "; send "nonsense\\003"; expect -ex "^C"
       expect -ex "\\$ "; send "\\032echo still here\\r"; expect -ex "\\r\\nstill here\\r\\n"
       expect -ex "\\$ "; send "ls\\r"; expect -ex "no such command"
       expect -ex "\\$ "; send "\\004"`,
    )
    expect(code).toBe(127)
  })

  it('draws anew for a window that changed its size', async () => {
    const { code } = await atTerminal(
      ada,
      `expect -ex "\\$ "; stty rows 24 columns 20 < $spawn_out(slave,name)
       send "echo 0123456789abcdef\\r"; expect -ex "\\r\\n0123456789abcdef\\r\\n"
       expect -ex "\\$ "; send "quit\\r"`,
    )
    expect(code).toBe(0)
  })

  it('gives no terminal to a key that must not have one', async () => {
    const call = { port: server.port, user: 'clerk', options: byKey(world, 'clerk') }
    const { seen, code } = await atTerminal(call, '')
    expect(code).toBe(0)
    expect(seen).toContain('PTY allocation request failed')
    expect(seen).toMatch(/^forced\r$/m)
  })

  it('logs out at SIGTERM of the server whoever is at a terminal', async () => {
    const other = await world.serve()
    const call = { port: other.port, options: byKey(world, 'ed25519') }
    const session = atTerminal(
      call,
      'expect -ex "\\\\$ "; send "echo here\\r"; expect -ex "\\r\\nhere\\r\\n"; expect -ex "\\\\$ "',
    )
    await other.logs(({ event, status }) => event === 'login.finish' && status === 'granted')
    expect(await other.stop()).toBe(0)
    await session
    const events = (await other.log).map(({ event }) => event)
    expect(events.filter((event) => event === 'logout')).toHaveLength(1)
    expect(events.at(-1)).toBe('stopped')
  })
})

describe.skipIf(!here)('sftp', () => {
  const CONTENT = `${'x'.repeat(100_000)}ünïcode\n`

  it('puts, lists, renames, gets and removes', async () => {
    writeFileSync(world.path('report.txt'), CONTENT)
    const played = await sftp(world, ada, [
      ...['mkdir papers', 'cd papers', `put ${world.path('report.txt')}`, 'rename report.txt final.txt'],
      ...['ls', `get final.txt ${world.path('back.txt')}`, 'pwd'],
    ])
    expect(played).toMatchObject({ code: 0, out: expect.stringMatching(/final\.txt\s[\s\S]*: \/papers\n/) })
    expect(readFileSync(world.path('back.txt'), 'utf8')).toBe(CONTENT)
    expect(readFileSync(world.path('public', 'papers', 'final.txt'), 'utf8')).toBe(CONTENT)
    expect((await sftp(world, ada, ['rm papers/final.txt', 'rmdir papers'])).code).toBe(0)
    expect(await readdir(world.path('public'))).toEqual([])
  })

  it('lets nobody out of the directory', async () => {
    writeFileSync(world.path('secret'), 'secret')
    for (const path of ['../secret', '/../secret', world.path('secret'), '/etc/passwd']) {
      const { code } = await sftp(world, ada, [`get ${path} ${world.path('stolen')}`])
      expect({ path, code }).toEqual({ path, code: 1 })
    }
    const { code } = await sftp(world, ada, ['symlink /etc/passwd link', `get link ${world.path('stolen')}`])
    expect(code).toBe(1)
    await expect(readdir(world.home)).resolves.not.toContain('stolen')
  })

  it('changes nothing where files are to be read only', async () => {
    writeFileSync(world.path('public', 'page'), 'page')
    const call = { ...ada, port: readOnly.port }
    expect((await sftp(world, call, [`get page ${world.path('page')}`])).code).toBe(0)
    expect(readFileSync(world.path('page'), 'utf8')).toBe('page')
    for (const line of [
      'rm page',
      'mkdir new',
      'rename page other',
      `put ${world.path('page')} new`,
      'chmod 777 page',
    ]) {
      expect({ line, code: (await sftp(world, call, [line])).code }).toEqual({ line, code: 1 })
    }
    expect(await readdir(world.path('public'))).toEqual(['page'])
  })

  it('has no files unless it was told to, and for a key with command= neither', async () => {
    const other = await world.serve()
    expect((await sftp(world, { ...ada, port: other.port }, ['ls'])).code).toBe(255)
    const clerk = { port: server.port, user: 'clerk', options: byKey(world, 'clerk') }
    expect((await sftp(world, clerk, ['ls'])).code).not.toBe(0)
  })
})

describe.skipIf(!here)('scp', () => {
  it('copies there and back', async () => {
    writeFileSync(world.path('there'), Buffer.alloc(300_000, 7))
    expect(await scp(world, ada, world.path('there'), 'remote:copied')).toEqual({ code: 0, out: '', err: '' })
    expect(await scp(world, ada, 'remote:copied', world.path('back'))).toEqual({ code: 0, out: '', err: '' })
    expect(readFileSync(world.path('back'))).toEqual(readFileSync(world.path('there')))
  })
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { type Echo, echo, present } from './program.ts'

const USERS = ['--auth', 'memory:user:pass:foo:bar']
const SUCCESS = 'Login successful, please proceed.\r\n'
const DENIED = 'Login denied, goodbye.\r\n'

/** What nc prints when all of this is typed at once and standard input ends. */
async function nc({ port }: Echo, typed: string): Promise<string> {
  const client = spawn('nc', ['-N', '127.0.0.1', String(port)], { stdio: ['pipe', 'pipe', 'inherit'] })
  client.stdin.end(typed)
  return await text(client.stdout)
}

/** A person at a terminal who runs telnet, in the language of expect; what that person saw. */
async function atTelnet({ port }: Echo, dialogue: string): Promise<string> {
  // After spawn, because it is about the one that was spawned; and in no braces, which on one line are a pattern.
  const script = `
    set timeout 10
    spawn telnet 127.0.0.1 ${port}
    expect_before timeout { puts stderr "nothing came"; exit 3 }
    expect "Escape character"
    ${dialogue}`
  const client = spawn('expect', ['-c', script], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [seen, complaints, [code]] = await Promise.all([text(client.stdout), text(client.stderr), once(client, 'exit')])
  expect({ code, complaints, seen }).toMatchObject({ code: 0, complaints: '' })
  return seen
}

const QUIT = 'send "\\035"; expect "telnet>"; send "quit\\r"; expect eof'

describe.skipIf(!present('nc'))('with nc', () => {
  it('answers, echoes, and ends when the client does', async () => {
    const server = await echo(...USERS)
    expect(await nc(server, 'user pass\nhello\nworld\n')).toBe(`${SUCCESS}hello\r\nworld\r\n`)
    expect(await nc(server, 'foo bar\r\nhello\r\n')).toBe(`${SUCCESS}hello\r\n`)
  })

  it('denies wrong passwords, unknown users, swapped ones and nonsense alike, and echoes nothing', async () => {
    const server = await echo(...USERS)
    const wrong = [
      'user wrong',
      'nobody pass',
      'user bar',
      'user',
      '',
      ' ',
      'user  pass',
      'user pass ',
      'USER pass',
      '__proto__ x',
      '\xff\xfe',
      'user pass\0',
    ]
    for (const line of wrong) expect(await nc(server, `${line}\nhello\n`), JSON.stringify(line)).toBe(DENIED)
    expect(await nc(server, 'user pass\n')).toBe(SUCCESS)
  })

  it('takes everything after the first space for the password', async () => {
    const server = await echo('--auth', 'memory:ada:open  sesame ')
    expect(await nc(server, 'ada open  sesame \nhi\n')).toBe(`${SUCCESS}hi\r\n`)
    expect(await nc(server, 'ada open sesame\nhi\n')).toBe(DENIED)
  })

  it('drains on SIGTERM: who is inside is logged out, and the exit code is 0', async () => {
    const server = await echo(...USERS)
    const client = spawn('nc', ['127.0.0.1', String(server.port)], { stdio: ['pipe', 'pipe', 'inherit'] })
    client.stdin.write('user pass\n')
    await once(client.stdout, 'data')
    client.stdout.resume().once('end', () => client.stdin.end())
    expect(await server.stop()).toBe(0)
    const events = (await server.log)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; id?: string })
    expect(events.find(({ event }) => event === 'logout')).toMatchObject({ id: 'user' })
    expect(events.at(-1)).toMatchObject({ event: 'stopped' })
  })

  it('writes no password to its log', async () => {
    const server = await echo('--auth', 'memory:ada:canary-Tz81')
    await nc(server, 'ada canary-Tz81\n')
    await nc(server, 'ada canary-Tz81-wrong\n')
    await server.stop()
    expect(await server.log).toContain('login.finish')
    expect(await server.log).not.toContain('canary')
  })
})

describe.skipIf(!present('telnet', 'expect'))('with telnet, at a terminal', () => {
  it('plays the transcript of the README', async () => {
    const server = await echo(...USERS)
    const seen = await atTelnet(
      server,
      `send "user pass\\r"; expect "Login successful, please proceed."
       send "hello there\\r"; expect "hello there\\r"; expect "hello there\\r"
       ${QUIT}`,
    )
    expect(seen).toContain('Login successful, please proceed.')
    const denied = await atTelnet(server, 'send "user wrong\\r"; expect "Login denied, goodbye."; expect eof')
    expect(denied).toContain('Connection closed by foreign host')
  })

  it('asks with --prompt, and shows the name but never the password', async () => {
    const server = await echo(...USERS, '--prompt')
    const seen = await atTelnet(
      server,
      `expect "login: "; send "user\\r"
       expect "Password: "; send "wrong\\r"
       expect "Login incorrect"; expect "login: "; send "user\\r"
       expect "Password: "; send "pass\\r"
       expect "Login successful"
       send "still here\\r"; expect "still here\\r"; expect "still here\\r"
       ${QUIT}`,
    )
    expect(seen).toMatch(/login: user\r/)
    expect(seen).not.toContain('wrong')
    expect(seen).not.toMatch(/Password: pass/)
  })
})

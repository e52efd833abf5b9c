import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'

const EXAMPLE = fileURLToPath(new URL('../../../examples/auth-option.ts', import.meta.url))

type Child = ChildProcessByStdio<null, Readable, Readable>

/** The example as a process of its own, without a build. */
function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Child {
  const child = spawn(process.execPath, ['--conditions=@gatewright/source', EXAMPLE, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, USERS: 'ada:sesame', NODE_OPTIONS: '', ...env },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

const all = async ({ stdout, stderr }: Child): Promise<readonly string[]> =>
  await Promise.all([stdout, stderr].map((stream) => text(stream)))

const exit = async (child: Child): Promise<unknown> => (await once(child, 'exit'))[0] as unknown

/** The port that a server says it listens on. */
async function listening({ stdout }: Child): Promise<number> {
  let said = ''
  for await (const chunk of stdout.iterator({ destroyOnReturn: false })) {
    said += String(chunk)
    if (said.endsWith('\n')) break
  }
  return Number(/^listening on tcp:\/\/127\.0\.0\.1:([0-9]+)\n$/.exec(said)?.[1])
}

describe('a program run by runMain', () => {
  test('answers and exits with 0', async () => {
    const child = run(['--help-auth'])
    const [code, [out, err]] = await Promise.all([exit(child), all(child)])
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('\n  memory:<name:password:...>  ')
  })

  test('refuses wrong usage with 2', async () => {
    const child = run(['--auth', 'memroy:ada:sesame'])
    const [code, [out, err]] = await Promise.all([exit(child), all(child)])
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(
      /^error: no checker of type 'memroy' is installed; there are .*memory.*\nhint: Did you mean 'memory'\? Else: npm install @gatewright\/checker-memroy\n$/,
    )
  })

  test('shows where an error comes from to those who ask', async () => {
    const child = run(['--auth', 'memory:ada'], { NODE_DEBUG: 'gatewright' })
    const [code, [, err]] = await Promise.all([exit(child), all(child)])
    expect(code).toBe(2)
    expect(err).toMatch(/^GATEWRIGHT [0-9]+: UsageError: the checker 'memory'.*\n {4}at /)
  })

  test('serves until SIGTERM, then lets those inside go and exits with 0', async () => {
    const child = run(['--auth', 'memory:@env:USERS', '--port', '0'])
    const log = text(child.stderr)
    const client = connect(await listening(child), '127.0.0.1')
    client.write('ada sesame\r\nhello\r\n')
    let said = ''
    for await (const chunk of client) {
      said += String(chunk)
      if (said.includes('hello')) break
    }
    expect(said).toContain('ada says hello\r\n')
    child.kill('SIGTERM')
    expect(await exit(child)).toBe(0)
    const lines = (await log).trim().split('\n')
    const events = lines.map((line): { event: string } => JSON.parse(line))
    expect(events.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['login.step', 'login.finish', 'stopping', 'logout', 'stopped']),
    )
    expect(await log).not.toContain('sesame')
  })

  test('survives that nobody reads its output', async () => {
    const child = run(['--auth', 'memory:@env:USERS', '--port', '0'])
    const port = await listening(child)
    child.stdout.destroy()
    child.stderr.destroy()
    const client = connect(port, '127.0.0.1')
    client.write('ada sesame\r\nhello\r\n')
    let said = ''
    for await (const chunk of client) {
      said += String(chunk)
      if (said.includes('hello')) break
    }
    child.kill('SIGTERM')
    expect(await exit(child)).toBe(0)
  })

  test('writes to a pipe that is closed already', async () => {
    const child = run(['--help'])
    child.stdout.destroy()
    const [code, err] = await Promise.all([exit(child), text(child.stderr)])
    expect([code, err]).toEqual([0, ''])
  })
})

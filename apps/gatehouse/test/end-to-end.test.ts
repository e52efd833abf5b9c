import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { converse, scratch } from './place.ts'

const MAIN = join(import.meta.dirname, '../src/main.ts')

function gatehouse(cwd: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, ['--conditions=@gatewright/source', MAIN, ...args], { cwd })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

async function exitCode(child: ChildProcess): Promise<unknown> {
  return child.exitCode ?? (await once(child, 'exit'))[0]
}

it('serves two processes at once: one opens the door, the other adds who comes in', async () => {
  // Types that can be erased, and an environment as a server has it.
  const directory = scratch({ 'gatehouse.config.ts': "const data: string = 'users'\nexport default { data }\n" })
  const server = gatehouse(directory, 'serve', '--port', '0', '--web-port', 'off', '--ssh-port', 'off', '--welcome')
  const err = text(server.stderr)
  const [ready] = (await once(server.stdout.setEncoding('utf8'), 'data')) as [string]
  const port = /^listening on tcp:\/\/127\.0\.0\.1:(\d+)\n$/.exec(ready)?.[1] ?? ''
  expect(await converse(port, 'ada correct horse\n')).toBe('Login denied, goodbye.\r\n')

  const adding = gatehouse(directory, 'users', 'add', 'ada')
  adding.stdin.end('correct horse\n')
  expect([await text(adding.stdout), await text(adding.stderr), await exitCode(adding)]).toEqual(['added ada\n', '', 0])

  expect(await converse(port, 'ada correct horse\nhi\n')).toBe(
    'Login successful, please proceed.\r\nHello, ada!\r\nhi\r\n',
  )
  server.kill('SIGTERM')
  expect(await exitCode(server)).toBe(0)
  const lines = (await err).trimEnd().split('\n')
  const logged = lines
    .filter((line) => line.startsWith('{'))
    .map((line) => (JSON.parse(line) as { event: string }).event)
  expect(lines.length - logged.length).toBe(5)
  expect(logged.filter((event) => event !== 'login.step')).toEqual([
    'empty',
    'listening',
    'login.finish',
    'login.finish',
    'logout',
    'stopping',
    'stopped',
  ])
})

it('tells usage errors from failures by its exit code', async () => {
  const directory = scratch()
  for (const [args, code] of [
    [['users', 'list'], 1],
    [['serve', '--port', 'x'], 2],
    [['--version'], 0],
  ] as const) {
    const child = gatehouse(directory, ...args)
    child.stdin.end()
    expect([args, await exitCode(child)]).toEqual([args, code])
  }
})

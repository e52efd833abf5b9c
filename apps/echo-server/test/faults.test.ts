import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { type Echo, echo } from './program.ts'

interface LogLine {
  readonly event: string
  readonly causes?: readonly unknown[]
}

/** A file of users, in a directory of its own. */
function users(...lines: readonly string[]): { readonly path: string; write(...lines: readonly string[]): void } {
  const directory = mkdtempSync(join(tmpdir(), 'echo-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'users.ht')
  const write = (...written: readonly string[]): void => writeFileSync(path, `${written.join('\n')}\n`)
  write(...lines)
  return { path, write }
}

/** What a client is told who sends this line and hangs up. */
async function told({ port }: Echo, line: string): Promise<string> {
  const client = connect(port, '127.0.0.1')
  client.end(`${line}\r\n`)
  return await text(client)
}

async function faultsOf(server: Echo): Promise<readonly LogLine[]> {
  await server.stop()
  const lines = (await server.log).trim().split('\n')
  return lines.map((line) => JSON.parse(line) as LogLine).filter(({ event }) => event === 'fault')
}

const ADA = `ada:{SHA}${createHash('sha1').update('sesame').digest('base64')}`
const DAMAGED = 'eve:$2b$10$canary7gYq'

it('names the line that cannot be used, and nothing that is stored in it', async () => {
  const file = users(ADA)
  const server = await echo('--auth', `file:${file.path}`)
  expect(await told(server, 'ada sesame')).toContain('Login successful')
  file.write(ADA, '# the night shift', '', DAMAGED)
  expect(await told(server, 'eve mellon')).not.toContain('Login successful')
  const [fault] = await faultsOf(server)
  expect(fault?.causes?.[0]).toEqual({
    name: 'FileError',
    code: 'BAD_LINE',
    message: `${file.path}:4: a stored password begins like bcrypt and is malformed`,
    hint: 'It may have been cut or edited; set the password of this user again.',
  })
  expect(await server.log).not.toMatch(/canary|mellon|sesame|\{SHA\}/)
})

it('names the file that has gone, and tells the error of the system by its code alone', async () => {
  const file = users(ADA)
  const server = await echo('--auth', `file:${file.path}`)
  rmSync(file.path)
  expect(await told(server, 'ada sesame')).not.toContain('Login successful')
  const [fault] = await faultsOf(server)
  expect(fault?.causes).toEqual([
    expect.objectContaining({ code: 'MISSING', message: `there is no file ${file.path}` }),
    { name: 'Error', code: 'ENOENT' },
  ])
})

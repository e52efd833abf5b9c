import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { OpenDoor } from '../src/doors/door.ts'
import { type Newcomer, welcome } from '../src/welcome.ts'

const README = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')

function door(scheme: string, port: number, host = '127.0.0.1'): OpenDoor {
  const name = host.includes(':') ? `[${host}]` : host
  return { url: `${scheme}://${name}:${port}`, host, port, close: async () => undefined }
}

const DOORS = [door('tcp', 8000), door('ssh', 2222), door('http', 8080)]

const seen = (what: Partial<Newcomer>) =>
  welcome({ doors: DOORS, required: undefined, directory: '/house/gatehouse-data', cwd: '/house', ...what })

it('says what the README shows', () => {
  const listening = DOORS.map(({ url }) => `listening on ${url}\n`).join('')
  expect(README).toContain(`\n${listening}${seen({})}\`\`\`\n`)
})

it.each([
  [[door('tcp', 1)], ['nc 127.0.0.1 1']],
  [[door('ssh', 2)], ['ssh -p 2 alice@127.0.0.1']],
  [[door('http', 3)], ['http://127.0.0.1:3/private']],
  [
    [door('tcp', 1, '0.0.0.0'), door('ssh', 2, '192.0.2.1')],
    ['nc 127.0.0.1 1', 'ssh -p 2 alice@192.0.2.1'],
  ],
  [
    [door('tcp', 1, '::'), door('ssh', 2, '::'), door('http', 3, '::')],
    ['nc ::1 1', 'ssh -p 2 alice@::1', 'http://[::1]:3/private'],
  ],
])('shows how to come in by the doors that are open, and no others: %#', (doors, ways) => {
  const commands = seen({ doors })
    .split('\n')
    .filter((line) => line.startsWith('    '))
  expect(commands.map((line) => line.trim())).toEqual(['npx gatehouse users add alice', ...ways])
})

it('tells what to type at nc where nc will do', () => {
  expect(seen({})).toContain('At nc, type: alice')
  expect(seen({ doors: [door('ssh', 2)] })).not.toContain('nc')
})

it('shows how to add a key where nobody comes in without one', () => {
  const add = '    npx gatehouse users keys add alice ~/.ssh/id_ed25519.pub --data elsewhere\n'
  const directory = '/house/elsewhere'
  expect(seen({ directory, required: [['publickey']] })).toContain(add)
  expect(seen({ directory, required: [['publickey', 'password']] })).toContain(add)
  expect(seen({ directory, required: [['publickey'], ['password']] })).not.toContain('keys add')
})

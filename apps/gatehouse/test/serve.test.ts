import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { hashingBudget } from '@gatewright/passwords'
import { reject } from '@gatewright/portal'
import { expect, it, onTestFinished } from 'vitest'
import { converse, Gatehouse, piped, scratch } from './place.ts'

const SECRET = 'correct horse'
const IN = 'Login successful, please proceed.\r\n'
const OUT = 'Login denied, goodbye.\r\n'

/** A house with its doors open, until the test is over. */
async function serving(args: readonly string[] = [], directory: string = scratch(), host = '127.0.0.1') {
  const server = new Gatehouse(directory)
  const done = server.run(['serve', '--port', '0', '--web-port', 'off', '--ssh-port', 'off', ...args])
  onTestFinished(async () => {
    server.signals.emit('SIGTERM', 'SIGTERM')
    await done
  })
  const port = await Promise.race([
    server.shows(`listening on tcp://${host}:`),
    done.then((code) => {
      throw new Error(`ended with ${code}: ${server.err}`)
    }),
  ])
  const users = async (verb: string, name: string, password = SECRET) =>
    expect(await new Gatehouse(directory).run(['users', verb, name], { input: piped(password) })).toBe(0)
  const stop = async (signal: 'SIGTERM' | 'SIGINT') => {
    server.signals.emit(signal, signal)
    return await done
  }
  return { server, directory, port, users, stop }
}

/** A refusal to start. */
async function refusal(args: readonly string[], directory: string = scratch()) {
  const place = new Gatehouse(directory)
  const code = await place.run(['serve', '--port', '0', '--web-port', 'off', '--ssh-port', 'off', ...args])
  expect(place.out).toBe('')
  return { code, said: place.err.split('\n').filter((line) => line !== '' && !line.startsWith('{')), place }
}

it('starts with nobody, says so, and lets in whoever is added from that moment on', async () => {
  const { server, port, users } = await serving()
  expect(server.out).toBe(`listening on tcp://127.0.0.1:${port}\n`)
  expect(server.log('empty')).toEqual([
    expect.objectContaining({ level: 'warn', message: expect.stringContaining('nobody can log in yet') }),
  ])
  expect(await converse(port, `ada ${SECRET}\nhi\n`)).toBe(OUT)
  await users('add', 'ada')
  expect(await converse(port, `ada ${SECRET}\nhi\r\nwho am I?\n`)).toBe(`${IN}Hello, ada!\r\nhi\r\nwho am I?\r\n`)
  expect(await converse(port, 'ada correct house\nhi\n')).toBe(OUT)
  await users('passwd', 'ada', 'battery staple')
  expect(await converse(port, `ada ${SECRET}\n`)).toBe(OUT)
  expect(await converse(port, 'ada battery staple\n')).toBe(`${IN}Hello, ada!\r\n`)
  await users('remove', 'ada')
  expect(await converse(port, 'ada battery staple\n')).toBe(OUT)
})

it('logs every login, and never a password', async () => {
  const { server, port, users } = await serving()
  await users('add', 'ada')
  await converse(port, `ada ${SECRET}\n`)
  await converse(port, 'ada wrong horse\n')
  expect(server.log('login.finish')).toEqual([
    expect.objectContaining({ status: 'granted', id: 'ada', protocol: 'tcp' }),
    expect.objectContaining({ status: 'refused', username: 'ada', reason: 'wrong password' }),
  ])
  expect(server.log('logout')).toHaveLength(1)
  for (const line of server.err.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow()
  expect(server.err + server.out).not.toMatch(/horse|argon2/)
})

it.each(['SIGTERM', 'SIGINT'] as const)('lets those inside finish at %s, and ends with 0', async (signal) => {
  const { server, port, users, stop } = await serving()
  await users('add', 'ada')
  const inside = converse(port, `ada ${SECRET}\nhi\n`)
  await inside
  expect(await stop(signal)).toBe(0)
  expect(server.log('stopped')).toHaveLength(1)
  await expect(converse(port, 'x y\n')).rejects.toThrow('ECONNREFUSED')
})

it('asks its own users first, and then those of --auth, in one derivation whoever it is', async () => {
  const { port, users } = await serving(['--auth', 'memory:ada:from memory:bob:from memory too'])
  await users('add', 'ada')
  // The sample that strangers are measured by is in place after this.
  expect(await converse(port, `ada ${SECRET}\n`)).toContain(IN)
  for (const [line, answer] of [
    [`ada ${SECRET}`, `${IN}Hello, ada!\r\n`],
    ['ada from memory', OUT],
    ['bob from memory too', `${IN}Hello, bob!\r\n`],
    ['bob wrong', OUT],
    ['nobody wrong', OUT],
  ] as const) {
    const before = hashingBudget.started
    expect(await converse(port, `${line}\n`)).toBe(answer)
    expect(hashingBudget.started - before).toBe(1)
  }
})

Reflect.set(globalThis, 'gatehouseReject', reject)

/** A gate that is closed: whoever stands behind it is never asked. */
const GATE = {
  'package.json': '{ "type": "module" }',
  'gate.js': `export const create = ({}, { name }) => ({
    name, accepts: ['password'], check: () => globalThis.gatehouseReject('closed') })`,
}

it.each([
  ['a gate before them', ['--auth', './gate.js', '--auth', 'memory:bob:sesame'], OUT, OUT],
  ['a gate alone', ['--auth', './gate.js'], OUT, OUT],
  ['a gate behind them', ['--auth', 'memory:bob:sesame', '--auth', './gate.js'], IN, IN],
  ['a gate between', ['--auth', 'memory:eve:sesame', '--auth', './gate.js', '--auth', 'memory:bob:sesame'], IN, OUT],
])('asks in the order of --auth, the users of the house before other users: %s', async (_what, args, ada, bob) => {
  const { port, users } = await serving(args, scratch(GATE))
  await users('add', 'ada')
  expect((await converse(port, `ada ${SECRET}\n`)).startsWith(ada)).toBe(true)
  expect((await converse(port, 'bob sesame\n')).startsWith(bob)).toBe(true)
})

it('warns when a gate between users lets time tell their names', async () => {
  const config = JSON.stringify({ auth: ['memory:eve:sesame', './gate.js', 'memory:bob:sesame'] })
  const { server } = await serving([], scratch({ ...GATE, 'gatehouse.config.json': config }))
  expect(server.log('exposed').map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /^the users of gatehouse with memory and memory#2 are checked apart, because of \.\/gate\.js/,
    ),
  ])
})

it('does not warn of the process list when the configuration file holds the secret', async () => {
  const { server } = await serving([], scratch({ 'gatehouse.config.json': '{ "auth": ["memory:bob:sesame"] }' }))
  expect(server.log('exposed')).toEqual([])
})

it('names the file when what it requires cannot be', async () => {
  const { code, said } = await refusal([], scratch({ 'gatehouse.config.json': '{ "require": "password,totp" }' }))
  expect(code).toBe(2)
  expect(said[0]).toBe("error: gatehouse.config.json: require: this server knows no 'totp'")
})

it('repeats no argument of --help-auth-type', async () => {
  const place = new Gatehouse()
  expect(await place.run(['serve', '--help-auth-type', 'memory:ada:CANARY'])).toBe(0)
  expect(await place.run(['serve', '--help-auth-type', 'mem:ada:CANARY'])).toBe(2)
  expect(place.out + place.err).not.toContain('CANARY')
})

it('takes everything from a configuration file', async () => {
  const directory = scratch({ 'gatehouse.config.json': '{ "port": 1, "auth": ["memory:bob:sesame"], "data": "d" }' })
  const { port, server } = await serving([], directory)
  expect(await converse(port, 'bob sesame\n')).toBe(`${IN}Hello, bob!\r\n`)
  expect(existsSync(join(directory, 'd', 'gatehouse.sqlite'))).toBe(true)
  expect(server.log('empty')).toEqual([])
})

it('is unavailable, and denies nobody, while its database is broken', async () => {
  const { server, directory, port, users } = await serving()
  await users('add', 'ada')
  const other = new DatabaseSync(join(directory, 'gatehouse-data', 'gatehouse.sqlite'))
  other.exec('ALTER TABLE users RENAME TO gone')
  expect(await converse(port, `ada ${SECRET}\n`)).toBe('Login unavailable, try again later.\r\n')
  expect(await converse(port, 'nobody at all\n')).toBe('Login unavailable, try again later.\r\n')
  expect(server.log('fault')).toHaveLength(2)
  other.exec('ALTER TABLE gone RENAME TO users')
  other.close()
  expect(await converse(port, `ada ${SECRET}\n`)).toBe(`${IN}Hello, ada!\r\n`)
})

it('refuses hostile first lines as it refuses a wrong password', async () => {
  const { port, users } = await serving()
  await users('add', 'ada')
  const lines = ['', 'ada', ' x', `ADA ${SECRET}`, `ada  ${SECRET}`, `ada\0 ${SECRET}`, '__proto__ x', "' OR 1=1 -- x"]
  for (const line of lines) expect(await converse(port, `${line}\nhi\n`)).toBe(OUT)
})

it('welcomes in a few lines, which hold what to type', async () => {
  const { server, port, directory } = await serving(['--welcome'])
  await server.shows('Ctrl-C')
  const lines = server.err
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('{'))
  expect(lines).toHaveLength(5)
  const commands = lines.filter((line) => line.startsWith('    ')).map((line) => line.trim())
  expect(commands).toEqual(['npx gatehouse users add alice', `nc 127.0.0.1 ${port}`])
  expect(lines.join('')).not.toContain(directory)
})

it('names another directory in the welcome, as a shell takes it', async () => {
  const { server } = await serving(['--welcome', '--data', "my user's data"])
  await server.shows('Ctrl-C')
  expect(server.err).toContain(`npx gatehouse users add alice --data 'my user'\\''s data'\n`)
})

it('warns when others can read the database, or the process list', async () => {
  const directory = scratch()
  await new Gatehouse(directory).run(['users', 'add', 'ada'], { input: piped(SECRET) })
  chmodSync(join(directory, 'gatehouse-data', 'gatehouse.sqlite'), 0o644)
  const { server } = await serving(['--auth', 'memory:bob:sesame'], directory)
  expect(server.log('exposed').map(({ message }) => message)).toEqual([
    expect.stringContaining('chmod 600'),
    expect.stringContaining('process list'),
  ])
})

it.each([
  [[], 'only this machine can log in by TCP'],
  [['--allow-plaintext'], 'everybody on the way can read them'],
])('says what it means to listen everywhere %j, and how to reach it from here', async (args, message) => {
  const { server, port } = await serving(['--host', '0.0.0.0', '--welcome', ...args], scratch(), '0.0.0.0')
  await server.shows('Ctrl-C')
  expect(server.log('exposed')).toEqual([expect.objectContaining({ message: expect.stringContaining(message) })])
  expect(server.err).toContain(`    nc 127.0.0.1 ${port}\n`)
})

it.each([
  [['--port', '65536'], "'65536' is no port"],
  [['--port', '-1'], "'-1' is no port"],
  [['--host', 'no host'], 'neither an IP address nor a host name'],
  [['--data', ''], '--data: expected a text'],
  [['--require', 'password,totp'], "this server knows no 'totp'"],
  [['--require', ''], '--require: expected a text'],
  [['--auth', 'nonsense:x'], "no checker of type 'nonsense'"],
  [['--auth', 'memory:ada'], 'memory'],
  [['--prot', '1'], 'there is no option --prot'],
  [['--config', 'missing.json'], 'missing.json: there is no such file'],
])('refuses %j with a hint and 2, before it makes anything', async (args, problem) => {
  const { code, said, place } = await refusal(args)
  expect(code).toBe(2)
  expect(said).toEqual([expect.stringMatching(/^error: /), expect.stringMatching(/^hint: /)])
  expect(said[0]).toContain(problem)
  expect(existsSync(join(place.cwd, 'gatehouse-data'))).toBe(false)
})

it('fails with 1 where the port is taken or the database is none, and leaves nothing open', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void taken.close())
  await new Promise((resolve) => taken.once('listening', resolve))
  const address = taken.address()
  const port = typeof address === 'object' && address ? String(address.port) : ''
  const first = await refusal(['--port', port])
  expect(first).toMatchObject({ code: 1, said: [expect.stringContaining(port), expect.stringMatching(/^hint: /)] })
  // The last connection to close takes the log with it; one left open would keep it.
  expect(existsSync(join(first.place.cwd, 'gatehouse-data', 'gatehouse.sqlite-wal'))).toBe(false)

  const directory = scratch()
  mkdirSync(join(directory, 'gatehouse-data'))
  writeFileSync(join(directory, 'gatehouse-data', 'gatehouse.sqlite'), 'no database, by no means: '.repeat(50))
  const second = await refusal([], directory)
  expect(second).toMatchObject({
    code: 1,
    said: [expect.stringContaining('no SQLite database'), expect.stringMatching(/^hint: /)],
  })
})

it('lists what --auth can be given, without making anything', async () => {
  const place = new Gatehouse()
  expect(await place.run(['serve', '--help-auth'])).toBe(0)
  expect(place.out).toContain('memory:')
  expect(await place.run(['serve', '--help-auth-type', 'memory'])).toBe(0)
  expect(existsSync(join(place.cwd, 'gatehouse-data'))).toBe(false)
})

it.each([
  [['--help'], 0, /^Usage: gatehouse /],
  [['--version'], 0, /^\d+\.\d+\.\d+\n$/],
  [['users', 'add', '--help'], 0, /^Usage: gatehouse users add \[options\] <NAME>\n/],
  [[], 2, /^$/],
  [['users'], 2, /^$/],
  [['open'], 2, /^$/],
])('answers %j', async (args, code, out) => {
  const place = new Gatehouse()
  expect(await place.run(args)).toBe(code)
  expect(place.out).toMatch(out)
  expect(place.err === '').toBe(code === 0)
})

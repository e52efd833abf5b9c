import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { answer, challengesIn } from '../../../packages/adapters/http-digest/test/client.ts'
import { Gatehouse, piped, scratch } from './place.ts'

const SECRET = 'correct horse'

/** A house whose web door alone is open, until the test is over. */
async function serving(args: readonly string[] = [], directory: string = scratch(), scheme = 'http') {
  const server = new Gatehouse(directory)
  const done = server.run(['serve', '--port', '0', '--ssh-port', 'off', '--web-port', '0', ...args])
  const stop = async () => {
    server.signals.emit('SIGTERM', 'SIGTERM')
    return await done
  }
  onTestFinished(async () => void (await stop()))
  const port = await Promise.race([
    server.shows(`listening on ${scheme}://127.0.0.1:`),
    done.then((code) => {
      throw new Error(`ended with ${code}: ${server.err}`)
    }),
  ])
  const users = async (verb: string, name: string, password = SECRET, ...more: readonly string[]) =>
    expect(await new Gatehouse(directory).run(['users', verb, name, ...more], { input: piped(password) })).toBe(0)
  return { server, directory, url: `${scheme}://127.0.0.1:${port}`, users, stop }
}

/** What curl gets, as somebody. */
function curl(url: string, name: string, password = SECRET, ...how: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const args = ['-s', ...(how.includes('--basic') ? [] : ['--digest']), ...how, '-u', `${name}:${password}`, url]
    execFile('curl', args, { timeout: 20_000 }, (error, out) => (error ? reject(error) : resolve(out)))
  })
}

const without = spawnSync('which', ['curl']).status !== 0
if (without && process.env.CI) throw new Error('curl missing: apt-get install curl')

it('shows everybody the open page, and nobody the private ones', async () => {
  const { url } = await serving()
  expect(await (await fetch(url)).text()).toContain('This page is open.')
  const { status, headers } = await fetch(`${url}/private/whoami`)
  expect(status).toBe(401)
  expect(headers.get('www-authenticate')).toMatch(
    /^Digest realm="gatehouse".*algorithm=SHA-256.*, Basic realm="gatehouse"/,
  )
})

it.skipIf(without)(
  'lets in by Digest whoever was added, while it is open, as long as the password is theirs',
  async () => {
    const { url, users, server } = await serving()
    expect(await curl(`${url}/private`, 'ada')).toMatch(/^401 /)
    await users('add', 'ada')
    await users('add', 'zoë', 'übermut und mehr')
    expect(await curl(`${url}/private`, 'ada')).toBe('Hello, ada!\n')
    expect(await curl(`${url}/private/whoami`, 'zoë', 'übermut und mehr')).toBe('{"id":"zoë"}')
    expect(await curl(`${url}/private/whoami`, 'ada', 'correct house')).toMatch(/^401 /)
    await users('passwd', 'ada', 'battery staple')
    expect(await curl(`${url}/private/whoami`, 'ada')).toMatch(/^401 /)
    expect(await curl(`${url}/private/whoami`, 'ada', 'battery staple')).toBe('{"id":"ada"}')
    await users('remove', 'ada')
    expect(await curl(`${url}/private/whoami`, 'ada', 'battery staple')).toMatch(/^401 /)
    const finished = server.log('login.finish').map(({ protocol, status }) => [protocol, status].join(' '))
    expect(new Set(finished)).toEqual(new Set(['http-digest granted', 'http-digest refused']))
    expect(server.err + server.out).not.toMatch(/horse|staple|übermut|[0-9a-f]{64}/)
  },
)

it.skipIf(without)('lets in by Basic whoever has nothing but a hash', async () => {
  const { url, users } = await serving(['--auth', 'memory:bob:from memory'])
  await users('add', 'ada')
  expect(await curl(`${url}/private/whoami`, 'bob', 'from memory')).toMatch(/^401 /)
  expect(await curl(`${url}/private/whoami`, 'bob', 'from memory', '--basic')).toBe('{"id":"bob"}')
  expect(await curl(`${url}/private/whoami`, 'ada', SECRET, '--basic')).toBe('{"id":"ada"}')
  expect(await curl(`${url}/private/whoami`, 'ada', 'from memory', '--basic')).toMatch(/^401 /)
})

it.skipIf(without)(
  'says at the start whose password belongs to another realm, and refuses them by Digest',
  async () => {
    const directory = scratch()
    const first = await serving([], directory)
    await first.users('add', 'ada')
    await first.users('add', 'bob', SECRET, '--realm', 'The House')
    expect(await first.stop()).toBe(0)
    const { url, server } = await serving(['--realm', 'The House'], directory)
    expect(server.log('partial').map(({ message }) => message)).toEqual([
      '1 of the users cannot log in by HTTP Digest: no password was set for the realm The House',
    ])
    expect(await curl(`${url}/private/whoami`, 'ada')).toMatch(/^401 /)
    expect(await curl(`${url}/private/whoami`, 'bob')).toBe('{"id":"bob"}')
  },
)

it('takes after a restart what it asked before, as stale, so that browsers answer by themselves', async () => {
  const directory = scratch()
  const first = await serving([], directory)
  await first.users('add', 'ada')
  const ask = async (url: string, authorization?: string) => {
    const asked = await fetch(`${url}/private`, authorization === undefined ? {} : { headers: { authorization } })
    const [challenge = {}] = challengesIn([...asked.headers])
    return { status: asked.status, challenge }
  }
  const answered = async (url: string) =>
    answer((await ask(url)).challenge, { username: 'ada', password: SECRET, uri: '/private' })
  const used = await answered(first.url)
  const unused = await answered(first.url)
  expect((await ask(first.url, used)).status).toBe(200)
  expect(await first.stop()).toBe(0)
  const secret = join(directory, 'gatehouse-data', 'web-secret')
  expect(statSync(secret).mode & 0o777).toBe(0o600)

  const second = await serving([], directory)
  for (const header of [used, unused]) {
    expect(await ask(second.url, header)).toMatchObject({ status: 401, challenge: { stale: 'true' } })
  }
  expect((await ask(second.url, await answered(second.url))).status).toBe(200)
  expect(second.server.log('http.attack')).toEqual([])
  expect(await second.stop()).toBe(0)

  rmSync(secret)
  const third = await serving([], directory)
  expect((await ask(third.url, unused)).challenge).not.toHaveProperty('stale')
})

it.skipIf(without)('speaks TLS with a certificate and its key, and with nothing less', async () => {
  const directory = scratch()
  const pair = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-out',
    'cert.pem',
    '-keyout',
    'key.pem',
  ]
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  execFileSync('openssl', ['req', '-x509', ...pair, ...subject], { cwd: directory, stdio: 'ignore' })
  const trusted = ['--cacert', join(directory, 'cert.pem')]
  const files = ['--web-tls-cert', 'cert.pem', '--web-tls-key', 'key.pem']
  const { url, users, stop } = await serving(files, directory, 'https')
  await users('add', 'ada')
  expect(await curl(`${url}/private/whoami`, 'ada', SECRET, ...trusted)).toBe('{"id":"ada"}')
  expect(await curl(`${url}/private/whoami`, 'ada', SECRET, ...trusted, '--basic')).toBe('{"id":"ada"}')
  await expect(curl(url, 'ada')).rejects.toMatchObject({ code: 60 })
  expect(await stop()).toBe(0)

  const config = '{ "webTlsCert": "cert.pem", "webTlsKey": "key.pem" }'
  const configured = scratch({ 'config.json': config.replaceAll('": "', `": "${directory}/`) })
  const again = await serving(['--config', 'config.json'], configured, 'https')
  expect(await curl(`${again.url}/private`, 'nobody', SECRET, ...trusted)).toMatch(/^401 /)

  const alone = await serving([], directory)
  expect(alone.url).toMatch(/^http:/)
  for (const [args, words] of [
    [['--web-tls-cert', 'cert.pem'], 'error: --web-tls-key is missing\nhint: '],
    [['--web-tls-key', 'key.pem'], 'error: --web-tls-cert is missing\nhint: '],
    [
      ['--web-tls-cert', 'none.pem', '--web-tls-key', 'key.pem'],
      `error: --web-tls-cert ${directory}/none.pem cannot be`,
    ],
    [
      ['--web-tls-cert', 'key.pem', '--web-tls-key', 'cert.pem'],
      'error: the certificate and its key cannot be used\nhint: ',
    ],
    [['--web-tls-cert', '', '--web-tls-key', 'key.pem'], 'error: --web-tls-cert: expected a text\nhint: '],
  ] as const) {
    const shut = new Gatehouse(directory)
    expect(await shut.run(['serve', '--port', '0', '--ssh-port', '0', '--web-port', '0', ...args])).toBe(2)
    expect(shut.err).toContain(words)
    expect(shut.out).toBe('')
  }
})

it('believes a proxy only when it is told to', async () => {
  const headers = {
    authorization: `Basic ${Buffer.from('ada:wrong').toString('base64')}`,
    'x-forwarded-for': '192.0.2.1',
    'x-forwarded-proto': 'https',
  }
  const alone = await serving()
  await fetch(`${alone.url}/private`, { headers })
  expect(alone.server.log('login.finish')).toEqual([])
  const behind = await serving(['--trust-proxy', '1'])
  await fetch(`${behind.url}/private`, { headers })
  expect(behind.server.log('login.finish')).toEqual([expect.objectContaining({ peer: { address: '192.0.2.1' } })])
})

it('stays shut, and is told what it cannot be', async () => {
  const place = new Gatehouse()
  const done = place.run(['serve', '--port', '0', '--ssh-port', 'off', '--web-port', 'off'])
  await place.shows('listening on tcp://')
  place.signals.emit('SIGTERM', 'SIGTERM')
  expect(await done).toBe(0)
  expect(place.out).not.toContain('http://')
  for (const [args, words] of [
    [['--web-port', 'x'], "error: --web-port: 'x' is no port"],
    [['--trust-proxy', 'true'], 'error: --trust-proxy takes a number of proxies, or the addresses that are theirs'],
  ] as const) {
    const shut = new Gatehouse()
    expect(await shut.run(['serve', '--port', '0', ...args])).toBe(2)
    expect(shut.err).toContain(words)
  }
  const configured = new Gatehouse(scratch({ 'gatehouse.config.json': '{ "trustProxy": "true" }' }))
  expect(await configured.run(['serve', '--port', '0'])).toBe(2)
  expect(configured.err).toContain('error: gatehouse.config.json: trustProxy takes a number of proxies')
})

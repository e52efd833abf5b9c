import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { openPasswordFile } from '@gatewright/checker-file'
import { describe, expect, it, onTestFinished } from 'vitest'
import { run } from './command-line-clients.ts'
import { refusal, USERS, web } from './program.ts'

const basic = (name: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
})

/** A directory with a user of each kind of file: `ada`, who has a hash, and `bob`, who has a digest. */
async function files(): Promise<{ readonly hashes: string; readonly digests: string; readonly garbage: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'gatewright-web-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const at = (name: string) => join(directory, name)
  const { hashes, digests, garbage } = { hashes: at('hashes'), digests: at('digests'), garbage: at('garbage') }
  await (await openPasswordFile(hashes, { create: true })).set('ada', 'sesame')
  writeFileSync(digests, `bob:gatewright:${'0'.repeat(64)}\n`)
  writeFileSync(garbage, 'no PEM')
  return { hashes, digests, garbage }
}

describe('mistakes on the command line are told in words, with a hint, by exit code 2', () => {
  it.for<readonly [args: readonly string[], words: RegExp]>([
    [[], /^error: nobody could log in: --auth is missing\n/],
    [[...USERS, '--algorithm', 'SHA-1'], /^error: there is no Digest algorithm "SHA-1"\n/],
    [[...USERS, '--algorithm', 'sha-256'], /^error: there is no Digest algorithm "sha-256"\n/],
    [[...USERS, '--algorithm', 'MD5', '--algorithm', 'MD5'], /^error: algorithms names one twice\n/],
    [[...USERS, '--qop', 'auth-conf'], /^error: .*--qop/],
    [[...USERS, '--qop', ''], /^error: .*--qop/],
    [[...USERS, '--realm', ''], /^error: realm is a text of printable ASCII\n/],
    [[...USERS, '--realm', 'zürich'], /^error: realm is a text of printable ASCII\n/],
    [[...USERS, '--secret', 'CANARY'], /^error: --secret: a secret on the command line is in every process list\n/],
    [[...USERS, '--secret', '@env:UNSET'], /^error: the variable UNSET is not set\n/],
    [[...USERS, '--secret', '@env:SHORT'], /^error: a secret has at least 16 bytes\n/],
    [[...USERS, '--trust-proxy', 'true'], /^error: --trust-proxy takes a number of proxies/],
    [[...USERS, '--tls-cert', 'cert.pem'], /^error: --tls-key is missing\n/],
    [[...USERS, '--require', 'password'], /^error: --require: a request proves one thing, so nobody could log in\n/],
    [[...USERS, '--require', 'digest,password'], /^error: --require: a request proves one thing/],
    [[...USERS, '--require', 'totp'], /^error: --require: this server knows no 'totp'\n/],
    [[...USERS, '--port', 'http'], /^error: --port: 'http' is no port\n/],
  ])('%j', async ([args, words]) => {
    const { code, out, err } = await refusal(args, { SHORT: 'CANARY' })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err.replace(/^\{.*\n/gm, '')).toMatch(words)
    expect(err).toMatch(/\nhint: .*\n$/)
    expect(err).not.toContain('CANARY')
  })

  it('a port that is taken is a failure, not a mistake: exit code 1', async () => {
    const { url } = await web()
    const { code, err } = await refusal([...USERS, '--port', new URL(url).port])
    expect(code).toBe(1)
    expect(err).toMatch(/error: cannot listen on http:\/\/127\.0\.0\.1:[0-9]+: the port is in use\nhint: /)
  })

  it('a certificate that is none', async () => {
    const { garbage } = await files()
    const { code, err } = await refusal([...USERS, '--tls-cert', garbage, '--tls-key', garbage])
    expect(code).toBe(2)
    expect(err).toContain('error: the certificate and its key cannot be used\nhint: The one is a certificate')
  })
})

describe('who has nothing but hashes cannot be asked by Digest', () => {
  it('and a server that has nobody else does not start', async () => {
    const { hashes } = await files()
    const { code, err } = await refusal(['--auth', `file:${hashes}`])
    expect(code).toBe(2)
    expect(err).toBe(
      'error: nobody could log in by Digest: what --auth names takes passwords alone\n' +
        'hint: Digest needs memory:, htdigest: or sql: with ha1=, because a hash cannot check it. ' +
        '--basic asks for the password itself, over TLS.\n',
    )
  })

  it('and beside others that is said at the start', async () => {
    const { hashes, digests } = await files()
    const server = await web(['--auth', `file:${hashes}`, '--auth', `htdigest:${digests}`])
    expect(server.log('partial').map(({ message }) => message)).toEqual([
      `the users of file:${hashes} cannot log in: it has hashes, and Digest cannot be verified by one`,
    ])
    const both = await web(['--basic', '--auth', `file:${hashes}`, '--auth', `htdigest:${digests}`])
    expect(both.log('partial').map(({ message }) => message)).toEqual([
      `the users of file:${hashes} can log in by Basic alone, and browsers choose Digest`,
      `the users of htdigest:${digests} can log in by Digest alone, and browsers choose Digest`,
    ])
  })

  it('but by Basic, where that is all that is offered', async () => {
    const { hashes } = await files()
    const server = await web(['--basic', '--auth', `file:${hashes}`])
    const asked = await fetch(`${server.url}/private`)
    expect(asked.headers.get('www-authenticate')).toBe('Basic realm="gatewright", charset="UTF-8"')
    const answer = await fetch(`${server.url}/private/whoami`, { headers: basic('ada', 'sesame') })
    expect(await answer.json()).toEqual({ id: 'ada' })
    expect(server.log('partial')).toEqual([])
  })
})

it('asks as its options say', async () => {
  const { url } = await web([
    ...USERS,
    '--realm',
    'The Club',
    '--algorithm',
    'SHA-256',
    '--algorithm',
    'MD5-sess',
    '--qop',
    'auth,auth-int',
  ])
  const { status, headers } = await fetch(`${url}/private`)
  expect(status).toBe(401)
  const asked = headers.get('www-authenticate')?.split(', Digest ') ?? []
  expect(asked).toHaveLength(2)
  for (const challenge of asked) expect(challenge).toMatch(/realm="The Club".*qop="auth, ?auth-int"/)
  expect(asked.map((challenge) => /algorithm=([\w-]+)/.exec(challenge)?.[1])).toEqual(['SHA-256', 'MD5-sess'])
})

it('takes after a restart what it asked before, with the same secret, and says that it is stale', async () => {
  const secret = ['--secret', '@env:SECRET']
  const ask = async (args: readonly string[], port = '0') =>
    await web([...USERS, ...args, '--port', port], { SECRET: 's'.repeat(16) })
  for (const [args, words] of [
    [secret, /stale=true/],
    [[], /^(?!.*stale=true)/],
  ] as const) {
    const first = await ask(args)
    const { err } = await run('curl', ['-sv', '--digest', '-u', 'user:pass', `${first.url}/private`])
    const header = [...err.matchAll(/^> authorization: (.*)\r?$/gim)].at(-1)?.[1] ?? ''
    await first.stop()
    const second = await ask(args, new URL(first.url).port)
    const { status, headers } = await fetch(`${second.url}/private`, { headers: { authorization: header } })
    expect([status, headers.get('www-authenticate')]).toEqual([401, expect.stringMatching(words)])
  }
})

describe('who is behind a proxy is who a trusted proxy says', () => {
  const ME = '127.0.0.1'
  it.for<readonly [trust: string, forwardedFor: string | undefined, who: string]>([
    // Nobody is trusted: whatever is said, the peer is the peer.
    ...['192.0.2.1', '192.0.2.1, 198.51.100.1', '127.0.0.1', '::1', 'unknown', '', ',', '_hidden', '192.0.2.1:80'].map(
      (said) => ['0', said, ME] as const,
    ),
    ['0', undefined, ME],
    // One proxy: what it has appended, and nothing that stands before.
    ['1', undefined, ME],
    ['1', '192.0.2.1', '192.0.2.1'],
    ['1', '203.0.113.7, 192.0.2.1', '192.0.2.1'],
    ['1', '203.0.113.7,192.0.2.1 ', '192.0.2.1'],
    ['1', '2001:db8::1', '2001:db8::1'],
    ['1', 'unknown', ME],
    ['1', '192.0.2.1, unknown', ME],
    ['1', '192.0.2.1:443', ME],
    ['1', "' OR 1=1", ME],
    ['1', `${'203.0.113.7, '.repeat(500)}192.0.2.1`, '192.0.2.1'],
    // Two: one further, as far as there is something.
    ['2', '192.0.2.1', '192.0.2.1'],
    ['2', '203.0.113.7, 192.0.2.1', '203.0.113.7'],
    ['2', '198.51.100.9, 203.0.113.7, 192.0.2.1', '203.0.113.7'],
    ['2', 'unknown, 192.0.2.1', '192.0.2.1'],
    // By address: as long as who speaks is one of them.
    ['loopback', '192.0.2.1', '192.0.2.1'],
    ['loopback', '203.0.113.7, 192.0.2.1', '192.0.2.1'],
    ['loopback,192.0.2.0/24', '203.0.113.7, 192.0.2.1', '203.0.113.7'],
    ['loopback,192.0.2.0/24', '203.0.113.7, 198.51.100.9, 192.0.2.1', '198.51.100.9'],
    ['127.0.0.1', '192.0.2.1, 127.0.0.1', '192.0.2.1'],
    ['10.0.0.0/8', '192.0.2.1', ME],
    ['2001:db8::/32', '192.0.2.1', ME],
  ])('--trust-proxy %s, X-Forwarded-For: %s', async ([trust, said, who]) => {
    const server = await web([...USERS, '--basic', '--trust-proxy', trust])
    // From this machine and by a trusted proxy that says so it is secure; else Basic is not taken, and Digest stands for it.
    const headers = {
      ...basic('user', 'wrong'),
      'x-forwarded-proto': 'https',
      ...(said === undefined ? {} : { 'x-forwarded-for': said }),
    }
    await fetch(`${server.url}/private`, { headers })
    const [finished] = server.log('login.finish')
    if (trust === '0' || trust.startsWith('10.') || trust.startsWith('2001')) expect(finished).toBeUndefined()
    else expect(finished?.peer).toMatchObject({ address: who })
  })

  it('takes no password that a proxy got unencrypted, and does not ask for it', async () => {
    for (const [trust, forwarded, status, asked] of [
      ['0', {}, 200, /Basic/],
      ['0', { 'x-forwarded-for': '192.0.2.1' }, 401, /^Digest (?!.*Basic)/],
      ['0', { 'x-forwarded-proto': 'https' }, 401, /^Digest (?!.*Basic)/],
      ['1', { 'x-forwarded-for': '192.0.2.1' }, 401, /^Digest (?!.*Basic)/],
      ['1', { 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'http' }, 401, /^Digest (?!.*Basic)/],
      ['1', { 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'https, http' }, 401, /^Digest (?!.*Basic)/],
      ['1', { 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'https' }, 200, /Basic/],
    ] as const) {
      const { url } = await web([...USERS, '--basic', '--trust-proxy', trust])
      const unasked = await fetch(`${url}/private`, { headers: forwarded })
      expect(unasked.headers.get('www-authenticate')).toMatch(asked)
      const tried = await fetch(`${url}/private`, { headers: { ...forwarded, ...basic('user', 'pass') } })
      expect([trust, forwarded, tried.status]).toEqual([trust, forwarded, status])
    }
  })
})

it('answers that nobody can be let in while whoever knows the users is down, and blames nobody', async () => {
  const { digests } = await files()
  const server = await web(['--basic', '--auth', `htdigest:${digests}`, '--auth', './broken-checker.ts'])
  const answer = await fetch(`${server.url}/private`, { headers: basic('ada', 'CANARY') })
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^[0-9]+$/)])
  expect(await answer.text()).toMatch(/^503 Service Unavailable: Nobody can be let in just now\./)
  expect(server.log('fault')).toHaveLength(1)
  expect(server.said()).not.toContain('CANARY')
})

it('writes one line when it is ready, and JSON for all else, without a secret', async () => {
  const server = await web([...USERS, '--basic', '--secret', '@env:SECRET'], { SECRET: 'canary-secret-Tz81' })
  await fetch(`${server.url}/private?key=canary-query`, { headers: basic('user', 'canary-password') })
  await fetch(`${server.url}/private?key=canary-query`, {
    headers: { authorization: 'Digest username="user", canary' },
  })
  await fetch(`${server.url}/private/whoami`, { headers: basic('user', 'pass') })
  expect(await server.stop()).toBe(0)
  const [ready, ...lines] = server
    .said()
    .trim()
    .split('\n')
    .sort((a, b) => Number(a.startsWith('{')) - Number(b.startsWith('{')))
  expect(ready).toBe(`listening on ${server.url}`)
  const events = lines.map((line) => (JSON.parse(line) as { event: string }).event)
  expect(events).toEqual(expect.arrayContaining(['exposed', 'login.finish', 'logout', 'stopping', 'stopped']))
  expect(server.said()).not.toMatch(/canary|:pass|übermut/)
})

it('is a program: SIGTERM ends it with 0, and whoever was inside is logged out', async () => {
  const main = join(import.meta.dirname, '../src/main.ts')
  const args = ['--conditions=@gatewright/source', main, '--port', '0', '--basic', '--algorithm', 'MD5', ...USERS]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const log = text(child.stderr)
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const url = line.replace('listening on ', '')
  const answer = await fetch(`${url}/private/whoami`, { headers: basic('user', 'pass') })
  expect(await answer.json()).toEqual({ id: 'user' })
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  expect(await exit).toEqual([0, null])
  const events = (await log)
    .trim()
    .split('\n')
    .map((entry) => JSON.parse(entry) as { event: string; id?: string })
  expect(events.find(({ event }) => event === 'warning')).toMatchObject({ code: 'GATEWRIGHT_MD5' })
  expect(events.find(({ event }) => event === 'logout')).toMatchObject({ id: 'user' })
  expect(events.at(-1)).toMatchObject({ event: 'stopped' })
})

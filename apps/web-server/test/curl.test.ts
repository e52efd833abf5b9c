import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Outcome, run } from './command-line-clients.ts'
import { present } from './present.ts'
import { USERS, web } from './program.ts'

const curl = (...args: readonly string[]): Promise<Outcome> => run('curl', ['-s', ...args])
const AS_USER = ['--digest', '-u', 'user:pass']

/** The `Authorization` header that curl has sent last. */
function sentBy({ err }: Outcome): string {
  return [...err.matchAll(/^> authorization: (.*)\r?$/gim)].at(-1)?.[1] ?? ''
}

describe.skipIf(!present('curl'))('curl', () => {
  it('plays the transcript of the README', async () => {
    const { url } = await web()
    expect((await curl(`${url}/private`)).out).toMatch(/^401 Unauthorized: This page is for those with a name here\./)
    expect((await curl(...AS_USER, `${url}/private`)).out).toBe('Hello, user!\n')
    expect((await curl(...AS_USER, `${url}/private/whoami`)).out).toBe('{"id":"user"}')
    expect((await curl(...AS_USER, '-d', 'hello there', `${url}/private/echo`)).out).toBe('hello there')
  })

  it.for([['auth'], ['auth,auth-int']])(
    'sends a body, and gets it back byte by byte, with qop=%s',
    async ([qop = '']) => {
      const { url } = await web([...USERS, '--qop', qop])
      for (const body of ['', 'ä=1&b=%00', 'x'.repeat(60_000)]) {
        const { out } = await curl(...AS_USER, '--data-raw', body, `${url}/private/echo`)
        expect(out).toBe(body)
      }
      expect((await curl(...AS_USER, '-d', 'x'.repeat(65_537), `${url}/private/echo`)).out).toMatch(/^413 /)
    },
  )

  it('is refused when it hashes no body where the proof is to cover it', async () => {
    const { url } = await web([...USERS, '--qop', 'auth-int'])
    expect((await curl(...AS_USER, `${url}/private/whoami`)).out).toBe('{"id":"user"}')
    expect((await curl(...AS_USER, '-d', 'hello', `${url}/private/echo`)).out).toMatch(/^401 /)
  })

  it('gets fifty answers at once, on one connection after another and on many', async () => {
    const server = await web()
    const urls = `${server.url}/private/whoami?[1-50]`
    for (const how of [['--parallel', '--parallel-immediate', '--parallel-max', '50'], []]) {
      const { out, code } = await curl(...how, ...AS_USER, urls)
      expect([code, out]).toEqual([0, '{"id":"user"}'.repeat(50)])
    }
    const finished = server.log('login.finish')
    expect(finished).toHaveLength(100)
    expect(new Set(finished.map(({ status }) => status))).toEqual(new Set(['granted']))
    expect(server.log('http.attack')).toEqual([])
  })

  it('finds out by itself what to do, and takes Digest where there is Basic, too', async () => {
    for (const args of [USERS, [...USERS, '--basic']]) {
      const server = await web(args)
      expect((await curl('--anyauth', '-u', 'user:pass', `${server.url}/private/whoami`)).out).toBe('{"id":"user"}')
      expect((await curl('--anyauth', '-u', 'user:wrong', `${server.url}/private/whoami`)).out).toMatch(/^401 /)
      expect(new Set(server.log('login.finish').map(({ protocol }) => protocol))).toEqual(new Set(['http-digest']))
    }
  })

  it('gets in by Basic only where that is offered', async () => {
    const [closed, open] = [await web(), await web([...USERS, '--basic'])]
    expect((await curl('-u', 'user:pass', `${closed.url}/private/whoami`)).out).toMatch(/^401 /)
    expect(closed.log('login.finish')).toEqual([])
    expect((await curl('-u', 'user:pass', `${open.url}/private/whoami`)).out).toBe('{"id":"user"}')
    expect((await curl('-u', 'user:wrong', `${open.url}/private/whoami`)).out).toMatch(/^401 /)
    expect((await curl('-u', 'zoë:übermut', `${open.url}/private/whoami`)).out).toBe('{"id":"zoë"}')
  })

  it('is refused when somebody sends again, elsewhere, or changed, what it has sent', async () => {
    const server = await web()
    const whoami = `${server.url}/private/whoami`
    const header = sentBy(await curl('-v', ...AS_USER, whoami))
    expect(header).toMatch(/^Digest username="user"/)
    const asks = [
      ['replay', whoami, header],
      ['uri-mismatch', `${server.url}/private`, header],
      ['uri-mismatch', `${whoami}?x`, header],
      ['invented-nonce', whoami, header.replace(/nonce="(.)/, 'nonce="_')],
      ['downgrade', whoami, header.replace('algorithm=SHA-256', 'algorithm=MD5')],
      [undefined, whoami, header.replace('nc=00000001', 'nc=00000002')],
      [undefined, whoami, header.replace('username="user"', 'username="zoë"')],
    ] as const
    for (const [attack, url, authorization] of asks) {
      const before = server.log('http.attack').length
      const { out } = await curl('-H', `Authorization: ${authorization}`, url)
      expect(out, authorization).toMatch(/^40[01] /)
      expect(
        server
          .log('http.attack')
          .slice(before)
          .map((event) => event.attack),
      ).toEqual(attack ? [attack] : [])
    }
    expect(server.log('login.finish').filter(({ status }) => status === 'granted')).toHaveLength(1)
  })

  it('asks for headers alone', async () => {
    const { url } = await web()
    const { out } = await curl('-I', ...AS_USER, `${url}/private`)
    expect(out).toMatch(/HTTP\/1\.1 200 OK[\s\S]*Authentication-Info: [\s\S]*rspauth=/)
  })

  it.skipIf(!present('openssl'))('gets in over TLS, by Digest and by Basic', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'gatewright-web-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')]
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
    const pair = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-out', cert, '-keyout', key]
    expect((await run('openssl', ['req', '-x509', ...pair, ...subject])).code).toBe(0)
    const { url } = await web([...USERS, '--basic', '--tls-cert', cert, '--tls-key', key])
    expect(url).toMatch(/^https:/)
    expect((await curl(...AS_USER, '--cacert', cert, `${url}/private/whoami`)).out).toBe('{"id":"user"}')
    expect((await curl('-u', 'user:pass', '--cacert', cert, `${url}/private/whoami`)).out).toBe('{"id":"user"}')
    expect((await curl('-u', 'user:pass', `${url}/private/whoami`)).code).toBe(60)
  })
})

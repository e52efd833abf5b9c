import { execFile, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { basicScheme } from '@gatewright/adapter-http-basic'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { DigestAlgorithmName, Qop } from '../src/index.ts'
import { type Rig, rig } from './rig.ts'

const run = promisify(execFile)
const missing = spawnSync('curl', ['--version']).status !== 0
if (missing && process.env.CI === 'true') throw new Error('curl is missing, and CI does not skip')

let server: Server | undefined
afterEach(() => (server?.closeAllConnections(), server?.close()))

async function serve(options: Parameters<typeof rig>[0] = {}): Promise<Rig & { readonly url: string }> {
  const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  const made = rig({ now: Date.now, ...options })
  warnings.mockRestore()
  const { login } = made
  server = createServer((req, res) => {
    login(
      req,
      res,
      () =>
        void text(req).then(
          (body) => res.end(`${login.avatarOf(req).id} ${body}`),
          () => res.destroy(),
        ),
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { ...made, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const curl = async (...args: string[]): Promise<string> =>
  (await run('curl', ['--silent', '--show-error', '--max-time', '20', '--path-as-is', ...args])).stdout

describe.skipIf(missing)('curl', () => {
  const algorithms: DigestAlgorithmName[] = ['MD5', 'MD5-sess', 'SHA-256', 'SHA-256-sess']
  const qops: (readonly Qop[])[] = [['auth'], ['auth-int'], ['auth', 'auth-int']]
  it.each(algorithms.flatMap((algorithm) => qops.map((qop) => [algorithm, qop.join(' and '), qop] as const)))(
    'logs in by %s, %s',
    async (algorithm, _name, qop) => {
      const { url } = await serve({ algorithms: [algorithm], qop })
      expect(await curl('--digest', '--user', 'ada:sesame', `${url}/x?b=1&a=%2e%2e`)).toBe('ada ')
      expect(await curl('--digest', '--user', 'ada:wrong', '-o', '/dev/null', '-w', '%{http_code}', url)).toBe('401')
    },
  )

  it('takes SHA-256 where several are offered', async () => {
    const { url } = await serve({ algorithms: ['SHA-256', 'MD5'] })
    const seen = await curl('--digest', '--user', 'ada:sesame', '-v', '--stderr', '-', url)
    expect(seen).toMatch(/> Authorization: Digest .*algorithm=SHA-256/)
    expect(seen).toContain('ada ')
  })

  it('logs in beside an algorithm that it computes in a way of its own', async () => {
    const { url } = await serve()
    expect(await curl('--digest', '--user', 'ada:sesame', url)).toBe('ada ')
  })

  it('sends a body', async () => {
    const { url } = await serve()
    expect(await curl('--digest', '--user', 'ada:sesame', '--data', 'a=b', `${url}/form`)).toBe('ada a=b')
  })

  it('sends a body that is large enough for it to ask first', async () => {
    const { url } = await serve()
    const body = 'x'.repeat(100_000)
    expect(
      await curl('--digest', '--user', 'ada:sesame', '--header', 'Expect: 100-continue', '--data', body, url),
    ).toBe(`ada ${body}`)
  })

  it('logs in again and again on one connection', async () => {
    const { url } = await serve()
    const urls = Array.from({ length: 20 }, (_, i) => `${url}/${i}`)
    expect(await curl('--digest', '--user', 'ada:sesame', ...urls)).toBe('ada '.repeat(20))
  })

  it('asks in parallel', async () => {
    const { url } = await serve()
    const urls = Array.from({ length: 50 }, (_, i) => `${url}/${i}`)
    expect(await curl('--parallel', '--parallel-max', '10', '--digest', '--user', 'ada:sesame', ...urls)).toBe(
      'ada '.repeat(50),
    )
  })

  it('follows a stale nonce without asking its user', async () => {
    let shift = 0
    const { url } = await serve({ now: () => Date.now() + (shift += 10 * 60_000) })
    expect(await curl('--digest', '--user', 'ada:sesame', ...Array.from({ length: 12 }, () => url))).toBe(
      'ada '.repeat(12),
    )
  })

  it('finds the best by itself', async () => {
    const { url } = await serve()
    expect(await curl('--anyauth', '--user', 'ada:sesame', url)).toBe('ada ')
  })

  it('finds Basic where it must', async () => {
    const { url } = await serve({ also: [basicScheme({ realm: 'club' })] })
    expect(await curl('--basic', '--user', 'ada:sesame', url)).toBe('ada ')
    expect(await curl('--anyauth', '--user', 'ada:sesame', '-v', '--stderr', '-', url)).toMatch(
      /> Authorization: Digest /,
    )
  })

  it.each(['Jäsøn Doe:Secret, or not?', 'quo"ted\\:pass"word\\'])('is %s', async (user) => {
    const { url } = await serve()
    expect(await curl('--digest', '--user', user, url)).toMatch(/^(Jäsøn Doe|quo"ted\\) $/)
  })
})

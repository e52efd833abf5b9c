import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { answer, type Challenge, challengesIn } from '../../../packages/adapters/http-digest/test/client.ts'
import {
  createRedis,
  freePort,
  type RedisServer,
  redisIsHere,
} from '../../../packages/state-redis/test/redis-server.ts'
import { run } from './command-line-clients.ts'
import { present } from './present.ts'
import { refusal, USERS, web } from './program.ts'

const PASSWORD = 'canary-of-redis'
const ENV = { SECRET: 'one secret for all of them', URL: `redis://:${PASSWORD}@127.0.0.1` }
const SHARED = [...USERS, '--secret', '@env:SECRET']

/** A Redis of the test's own, at a port, until the test is over. */
async function redisAt(...args: readonly string[]): Promise<{ readonly redis: RedisServer; readonly url: string }> {
  const port = String(await freePort())
  const redis = await createRedis({ args: ['--port', port, '--bind', '127.0.0.1', ...args] })
  onTestFinished(() => redis.remove())
  return { redis, url: `redis://127.0.0.1:${port}` }
}

/** The program as a process of its own, until the test is over. */
async function started(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<{ url: string }> {
  const main = join(import.meta.dirname, '../src/main.ts')
  const child = spawn(process.execPath, ['--conditions=@gatewright/source', main, '--port', '0', ...args], {
    env: { ...process.env, ...ENV, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exit = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGTERM')
    expect(await exit).toEqual([0, null])
  })
  const log = text(child.stderr)
  const line = await Promise.race([once(createInterface(child.stdout), 'line'), exit.then(() => log)])
  if (typeof line === 'string') throw new Error(line)
  return { url: String(line[0]).replace('listening on ', '') }
}

const PAGE = '/private/whoami'
const nth = (challenge: Challenge, n: number) =>
  answer(challenge, { username: 'user', password: 'pass', uri: PAGE, nc: n.toString(16).padStart(8, '0') })

async function ask({ url }: { readonly url: string }, authorization?: string) {
  const asked = await fetch(url + PAGE, authorization === undefined ? {} : { headers: { authorization } })
  const [challenge = {}] = challengesIn([...asked.headers])
  return { status: asked.status, challenge, retryAfter: asked.headers.get('retry-after') }
}

const statusOf = async (...args: Parameters<typeof ask>) => (await ask(...args)).status

const anyRedis = redisIsHere && (await run('redis-cli', ['-u', 'redis://127.0.0.1:6379', 'ping'])).out === 'PONG\n'

describe.skipIf(!redisIsHere)('several processes behind one address', () => {
  const own = async () => (await redisAt()).url
  const theirs = async () => 'redis://127.0.0.1:6379'
  it.for([['of its own', own] as const, ...(anyRedis ? [['that is there', theirs] as const] : [])])(
    'take what another has asked for, once among all of them, with a Redis %s',
    async ([, redisUrl]) => {
      const args = [...SHARED, '--state', await redisUrl()]
      const [one, other] = [await started(args), await started(args)]
      const { challenge } = await ask(one)
      expect(await statusOf(other, nth(challenge, 1))).toBe(200)
      for (const door of [one, other]) expect(await statusOf(door, nth(challenge, 1))).toBe(401)
      expect(await statusOf(one, nth(challenge, 2))).toBe(200)
    },
  )

  it('take nothing that another has asked for without a state between them, and say that it is stale', async () => {
    const [one, other] = [await web(SHARED, ENV), await web(SHARED, ENV)]
    const { challenge } = await ask(one)
    expect(await ask(other, nth(challenge, 1))).toMatchObject({ status: 401, challenge: { stale: 'true' } })
    expect(await statusOf(one, nth(challenge, 1))).toBe(200)
  })
})

describe.skipIf(!redisIsHere)('a Redis that is lost', () => {
  it('lets nobody in while it lasts, is logged once, and all is well when it is back', async () => {
    const { redis, url } = await redisAt()
    const door = await web([...SHARED, '--state', url], ENV)
    const { challenge } = await ask(door)
    expect(await statusOf(door, nth(challenge, 1))).toBe(200)
    await redis.kill()
    for (let n = 2; n < 12; n++) {
      expect(await ask(door, nth(challenge, n))).toMatchObject({
        status: 503,
        retryAfter: expect.stringMatching(/^\d+$/),
      })
    }
    // Who is wrong is told so, who asks is asked, and what is open stays open.
    expect(await statusOf(door, nth(challenge, 12).replace('username="user"', 'username="eve"'))).toBe(401)
    expect(await statusOf(door)).toBe(401)
    expect((await fetch(door.url)).status).toBe(200)
    await redis.start()
    await vi.waitFor(() => expect(door.log('state.back')).toHaveLength(1), 10_000)
    expect(await statusOf(door, nth(challenge, 12))).toBe(200)
    expect(await statusOf(door, nth(challenge, 12))).toBe(401)
    expect(door.log('state.lost')).toEqual([
      expect.objectContaining({ level: 'error', message: `nobody is let in by Digest without ${url}` }),
    ])
    expect(door.log('fault')).toEqual([])
    await redis.kill()
    expect(await statusOf(door, nth(challenge, 13))).toBe(503)
    expect(door.log('state.lost')).toHaveLength(2)
    expect(await door.stop()).toBe(0)
  })

  it('is lost, too, when it takes connections and answers nothing', async () => {
    const { redis, url } = await redisAt()
    const door = await web([...SHARED, '--state', url], ENV)
    const { challenge } = await ask(door)
    redis.freeze()
    const began = performance.now()
    const statuses = await Promise.all([1, 2, 3].map((n) => statusOf(door, nth(challenge, n))))
    expect(statuses).toEqual([503, 503, 503])
    expect(performance.now() - began).toBeLessThan(3_000)
    expect(door.log('state.lost')).toHaveLength(1)
    redis.thaw()
    await vi.waitFor(async () => expect(await statusOf(door, nth((await ask(door)).challenge, 1))).toBe(200), 10_000)
    expect(door.log('state.back')).toHaveLength(1)
  })

  it('is found again where a connection leads nowhere any more, as after a failover', async () => {
    const { url } = await redisAt()
    let dead = false
    const way = createServer((near) => {
      const far = connect(Number(new URL(url).port), '127.0.0.1')
      const ours = dead
      near.on('data', (bytes) => ours === dead && far.write(bytes)).on('close', () => far.destroy())
      far.pipe(near)
      for (const socket of [near, far]) socket.on('error', () => undefined)
    })
    onTestFinished(() => void way.close())
    await once(way.listen(0, '127.0.0.1'), 'listening')
    const { port } = way.address() as AddressInfo
    const door = await web([...SHARED, '--state', `redis://127.0.0.1:${port}`], ENV)
    const { challenge } = await ask(door)
    expect(await statusOf(door, nth(challenge, 1))).toBe(200)
    dead = true
    expect(await statusOf(door, nth(challenge, 2))).toBe(503)
    await vi.waitFor(() => expect(door.log('state.back')).toHaveLength(1), 10_000)
    // What could not be done in time was not done later.
    expect(await statusOf(door, nth(challenge, 2))).toBe(200)
    expect(door.log('state.lost')).toHaveLength(1)
  })

  it('tells by its own words what to do', async () => {
    const { redis, url } = await redisAt()
    const door = await web([...SHARED, '--state', url], ENV)
    redis.cli('CONFIG', 'SET', 'maxmemory', '1')
    expect(await statusOf(door, nth((await ask(door)).challenge, 1))).toBe(503)
    expect(door.log('state.lost')).toEqual([
      expect.objectContaining({ reason: 'Redis could not be asked: OOM', hint: expect.stringContaining('maxmemory') }),
    ])
  })
})

describe.skipIf(!redisIsHere)('the connection to Redis', () => {
  it('is closed when the program ends, and when it does not start', async () => {
    const { redis, url } = await redisAt()
    const clients = () => redis.cli('CLIENT', 'LIST', 'TYPE', 'normal').split('\n').length
    const door = await web([...SHARED, '--state', url], ENV)
    expect(clients()).toBe(2)
    const taken = new URL(door.url).port
    expect((await refusal([...SHARED, '--state', url, '--port', taken], ENV)).code).toBe(1)
    await vi.waitFor(() => expect(clients()).toBe(2))
    expect(await door.stop()).toBe(0)
    await vi.waitFor(() => expect(clients()).toBe(1))
  })

  it('goes to the database that the URL says', async () => {
    const { redis, url } = await redisAt()
    const door = await web([...SHARED, '--state', `${url}/3`], ENV)
    expect(await statusOf(door, nth((await ask(door)).challenge, 1))).toBe(200)
    expect(redis.cli('INFO', 'keyspace')).toMatch(/^db3:/m)
    expect(redis.cli('INFO', 'keyspace')).not.toContain('db0')
  })

  it('has a password that is shown nowhere, and needs leave for little', async () => {
    const warn = vi.spyOn(console, 'warn')
    onTestFinished(() => warn.mockRestore())
    const { redis, url } = await redisAt()
    const permitted = '~gatewright:* +evalsha +eval +set +get +pttl'
    redis.cli('ACL', 'SETUSER', 'web', 'on', `>${PASSWORD}`, ...permitted.split(' '))
    const env = { ...ENV, URL: url.replace('//', `//web:${PASSWORD}@`) }
    const door = await web([...SHARED, '--state', '@env:URL'], env)
    const { challenge } = await ask(door)
    expect(await statusOf(door, nth(challenge, 1))).toBe(200)
    await redis.kill()
    expect(await statusOf(door, nth(challenge, 2))).toBe(503)
    await door.stop()
    expect(door.said()).not.toContain(PASSWORD)
    // What a client writes to the terminal by itself is no line of the log.
    expect(warn).not.toHaveBeenCalled()
  })

  it.skipIf(!present('openssl'))('is encrypted with rediss, to who can prove to be that Redis', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'gatewright-web-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')]
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
    const pair = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-out', cert, '-keyout', key]
    expect((await run('openssl', ['req', '-x509', ...pair, ...subject])).code).toBe(0)
    const port = String(await freePort())
    const files = ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-auth-clients', 'no']
    await redisAt('--port', '0', '--tls-port', port, ...files)
    const args = [...SHARED, '--state', `rediss://localhost:${port}`]
    const door = await started(args, { NODE_EXTRA_CA_CERTS: cert })
    expect(await statusOf(door, nth((await ask(door)).challenge, 1))).toBe(200)
    expect((await refusal(args, ENV)).err).toContain(
      `error: --state: rediss://localhost:${port} cannot be used (DEPTH_ZERO_SELF_SIGNED_CERT)\nhint: `,
    )
  })
})

describe.skipIf(!redisIsHere)('a Redis that is of no use at the start ends it by 1, in words', () => {
  it('nobody is there', async () => {
    const port = await freePort()
    const { code, err } = await refusal([...SHARED, '--state', `redis://127.0.0.1:${port}`], ENV)
    expect(code).toBe(1)
    expect(err.replace(/^\{.*\n/gm, '')).toBe(
      `error: --state: redis://127.0.0.1:${port} cannot be used (ECONNREFUSED)\n` +
        'hint: Start it, or look at the URL: its host, its port, and redis:// or rediss:// for TLS.\n',
    )
  })

  it('somebody is there who says nothing', async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined).resume())
    onTestFinished(() => void silent.close())
    await once(silent.listen(0, '127.0.0.1'), 'listening')
    const { port } = silent.address() as AddressInfo
    const { code, err } = await refusal([...SHARED, '--state', `redis://127.0.0.1:${port}`], ENV)
    expect([code, err]).toEqual([1, expect.stringContaining('cannot be used (no answer)\nhint: ')])
  })

  it('it wants another password, or any', async () => {
    const { url } = await redisAt('--requirepass', 'something else')
    for (const [state, word] of [
      [url, 'NOAUTH'],
      ['@env:URL', 'WRONGPASS'],
    ] as const) {
      const env = { ...ENV, URL: url.replace('//', `//:${PASSWORD}@`) }
      const { code, err } = await refusal([...SHARED, '--state', state], env)
      expect([code, err]).toEqual([1, expect.stringContaining(`cannot be used (${word})\nhint: Its password belongs`)])
      expect(err).not.toContain(PASSWORD)
    }
  })

  it('it has no such database', async () => {
    const { url } = await redisAt()
    const { code, err } = await refusal([...SHARED, '--state', `${url}/99`], ENV)
    expect([code, err]).toEqual([1, expect.stringContaining('cannot be used (ERR)\nhint: ')])
  })

  it('it keeps nothing', async () => {
    const { redis, url } = await redisAt()
    redis.cli('REPLICAOF', '127.0.0.1', '1')
    const { code, err } = await refusal([...SHARED, '--state', url], ENV)
    expect([code, err]).toEqual([1, expect.stringContaining('error: Redis could not be asked: READONLY\nhint: ')])
  })
})

it('is not loaded by those who do not ask for it: it slows the methods of every string', async () => {
  const program = `
    import { createRequire } from 'node:module'
    const { cache } = createRequire(import.meta.url)
    const loads = () => Object.keys(cache).some((path) => path.includes('/ioredis/'))
    await import('./src/web-server.ts')
    const before = loads()
    await import('ioredis')
    console.log(before, loads())`
  const args = ['--conditions=@gatewright/source', '--input-type=module', '-e', program]
  const child = spawn(process.execPath, args, {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  expect(await text(child.stdout)).toBe('false true\n')
})

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'vitest'

/** A Redis of the test's own, which it may freeze and kill; reached by a socket in a directory of its own. */
export interface RedisServer {
  readonly path: string
  /** 0 unless it is a cluster. */
  readonly port: number
  freeze(): void
  thaw(): void
  /** SIGKILL; what it knew is lost. */
  kill(): Promise<void>
  /** Starts it again, empty, if it is not running. */
  start(): Promise<void>
  /** What `redis-cli` says. */
  cli(...words: string[]): string
  remove(): Promise<void>
}

/** Whether `redis-server` is installed. Where it is not, a test says so, and fails where CI must see everything. */
export const redisIsHere: boolean = answers('redis-server', ['--version']) && answers('redis-cli', ['--version'])

test('Redis is installed', (context) => {
  if (redisIsHere) return
  if (process.env.CI === 'true') throw new Error('redis-server is not installed')
  context.skip('redis-server is not installed')
})

export async function createRedis({ cluster = false, args = [] as readonly string[] } = {}): Promise<RedisServer> {
  const directory = mkdtempSync(join(tmpdir(), 'gatewright-redis-'))
  const path = join(directory, 'redis.sock')
  const port = cluster ? await freePort() : 0
  const settings = [
    '--unixsocket',
    path,
    '--dir',
    directory,
    '--save',
    '',
    '--appendonly',
    'no',
    '--loglevel',
    'notice',
  ]
  const listen = cluster
    ? [
        '--port',
        String(port),
        '--bind',
        '127.0.0.1',
        '--cluster-enabled',
        'yes',
        '--cluster-announce-ip',
        '127.0.0.1',
        '--cluster-port',
        String(await freePort()),
      ]
    : ['--port', '0']
  let server: ChildProcess | undefined
  const alive = () => server !== undefined && server.exitCode === null && server.signalCode === null

  const redis: RedisServer = {
    path,
    port,
    freeze: () => server?.kill('SIGSTOP'),
    thaw: () => server?.kill('SIGCONT'),
    async kill(): Promise<void> {
      if (!alive() || !server) return
      const exit = once(server, 'exit')
      server.kill('SIGKILL')
      await exit
    },
    async start(): Promise<void> {
      if (alive()) return
      const started = spawn('redis-server', [...listen, ...settings, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
      server = started
      for await (const line of createInterface(started.stdout)) {
        if (!line.includes('eady to accept connections')) continue
        started.stdout.resume()
        return
      }
      throw new Error('Redis did not start')
    },
    cli: (...words) => execFileSync('redis-cli', ['-s', path, ...words], { encoding: 'utf8' }).trim(),
    async remove(): Promise<void> {
      await redis.kill()
      rmSync(directory, { recursive: true, force: true })
    },
  }
  await redis.start()
  if (cluster) {
    redis.cli('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
    while (!redis.cli('CLUSTER', 'INFO').includes('cluster_state:ok')) await sleep(50)
  }
  return redis
}

function answers(program: string, words: readonly string[]): boolean {
  try {
    execFileSync(program, words, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** A port that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Certificate } from './certificate.ts'
import { freePort } from './free-port.ts'

/**
 * How a server ends: `fast` rolls back what is going on and says goodbye, `immediate` just ends, `kill` is SIGKILL to all of
 * its processes.
 */
export type Stop = 'fast' | 'immediate' | 'kill'

/** A PostgreSQL of the test's own, which it may freeze and stop. */
export interface Cluster {
  readonly url: string
  freeze(): void
  thaw(): void
  stop(how: Stop): Promise<void>
  start(): Promise<void>
  remove(): Promise<void>
}

const ROOT = '/usr/lib/postgresql'

/** The programs of PostgreSQL, where Debian keeps them; `undefined` if they are not installed. */
export function postgresPrograms(): string | undefined {
  const versions = existsSync(ROOT) ? readdirSync(ROOT) : []
  return versions.map((version) => join(ROOT, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')))
}

/** PostgreSQL refuses to run as root. */
function somebody(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const [, , uid, gid] = (readFileSync('/etc/passwd', 'utf8').match(/^postgres:.*$/m)?.[0] ?? '').split(':')
  return { uid: Number(uid), gid: Number(gid) }
}

/** @param certificate without one the server knows no TLS */
export async function createCluster(bin: string, certificate?: Certificate): Promise<Cluster> {
  const who = somebody()
  const directory = mkdtempSync(join(tmpdir(), 'gatewright-pg-'))
  if (who.uid !== undefined && who.gid !== undefined) chownSync(directory, who.uid, who.gid)
  const data = join(directory, 'data')
  execFileSync(
    join(bin, 'initdb'),
    ['-D', data, '-A', 'trust', '-U', 'tester', '--no-sync', '--locale=C', '-E', 'UTF8'],
    {
      ...who,
      cwd: directory,
      stdio: 'pipe',
    },
  )
  if (certificate) {
    // Where PostgreSQL looks for them; it refuses a key that others could read.
    for (const [from, name] of [[certificate.cert, 'server.crt'] as const, [certificate.key, 'server.key'] as const]) {
      const file = join(data, name)
      copyFileSync(from, file)
      chmodSync(file, 0o600)
      if (who.uid !== undefined && who.gid !== undefined) chownSync(file, who.uid, who.gid)
    }
  }
  const port = await freePort()
  let server: ChildProcess | undefined

  /** A process may end by itself before it is told to. */
  const tell = (pid: number, signal: NodeJS.Signals) => {
    try {
      process.kill(pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
  /**
   * Signals everybody that the postmaster started; each has a session of its own, so there is no group to signal. It stands
   * still meanwhile, so that it starts nobody else.
   */
  const signal = (name: NodeJS.Signals) => {
    const pid = server?.pid
    if (pid === undefined || server?.exitCode !== null || server.signalCode !== null) return
    tell(pid, 'SIGSTOP')
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    for (const child of children.split(' ').filter(Boolean)) tell(Number(child), name)
    tell(pid, name)
  }
  const gone = async () => {
    if (server && server.exitCode === null && server.signalCode === null) await once(server, 'exit')
  }

  const cluster: Cluster = {
    url: `postgres://tester@127.0.0.1:${port}/postgres`,
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    async stop(how): Promise<void> {
      const exit = gone()
      if (how === 'kill') signal('SIGKILL')
      else if (server?.pid !== undefined) tell(server.pid, how === 'fast' ? 'SIGINT' : 'SIGQUIT')
      await exit
    },
    async start(): Promise<void> {
      const settings = [
        'listen_addresses=127.0.0.1',
        'fsync=off',
        'max_connections=40',
        'shared_buffers=16MB',
        `ssl=${certificate ? 'on' : 'off'}`,
      ]
      const args = ['-D', data, '-k', directory, '-p', String(port), ...settings.flatMap((one) => ['-c', one])]
      const started = spawn(join(bin, 'postgres'), args, {
        ...who,
        cwd: directory,
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      server = started
      const said: string[] = []
      for await (const line of createInterface(started.stderr)) {
        said.push(line)
        if (line.includes('ready to accept connections')) {
          started.stderr.resume()
          return
        }
      }
      throw new Error(`PostgreSQL did not start: ${said.join(' | ')}`)
    },
    async remove(): Promise<void> {
      await cluster.stop('kill')
      rmSync(directory, { recursive: true, force: true })
    },
  }
  try {
    await cluster.start()
    return cluster
  } catch (error) {
    await cluster.remove()
    throw error
  }
}

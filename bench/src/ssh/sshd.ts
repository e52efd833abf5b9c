import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchKey } from './keys.ts'

const SSHD = '/usr/sbin/sshd'
/** USER_HZ: what /proc counts processor time in, on every Linux there is. */
const TICK_MICROSECONDS = 10_000

/** OpenSSH's server, for this run alone. */
export interface Sshd {
  readonly port: number
  cpuMicroseconds(): Promise<number>
  stop(): Promise<void>
}

/** @returns `undefined` where there is no sshd, or where we may not run one: it wants to be root */
export async function startSshd(hostKey: BenchKey, user: BenchKey): Promise<Sshd | undefined> {
  if (!existsSync(SSHD) || process.getuid?.() !== 0) return undefined
  const directory = await mkdtemp(join(tmpdir(), 'gatewright-bench-sshd-'))
  await mkdir('/run/sshd', { recursive: true, mode: 0o755 })
  const port = await freePort()
  await writeFile(join(directory, 'host-key'), hostKey.privateText, { mode: 0o600 })
  await writeFile(join(directory, 'keys'), `${user.publicText}\n`, { mode: 0o600 })
  const settings = {
    Port: port,
    ListenAddress: '127.0.0.1',
    HostKey: join(directory, 'host-key'),
    AuthorizedKeysFile: join(directory, 'keys'),
    StrictModes: 'no',
    PidFile: 'none',
    UsePAM: 'no',
    PermitRootLogin: 'prohibit-password',
    MaxStartups: 1000,
    LogLevel: 'QUIET',
  }
  const config = join(directory, 'sshd_config')
  await writeFile(
    config,
    Object.entries(settings)
      .map((pair) => pair.join(' '))
      .join('\n'),
  )
  const child = spawn(SSHD, ['-D', '-f', config], { stdio: 'ignore' })
  await listening(port, child)
  return {
    port,
    async cpuMicroseconds() {
      // utime, stime, and those of the children that have ended: sshd forks for each connection. proc(5).
      const fields = (await readFile(`/proc/${child.pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? []
      return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * TICK_MICROSECONDS
    },
    async stop() {
      const exited = once(child, 'exit')
      child.kill()
      await exited
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('no free port')
  return address.port
}

async function listening(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 100 && child.exitCode === null; tries++) {
    const socket = connect(port, '127.0.0.1')
    // `once` rejects when the socket errs, as it does while nobody listens.
    const up = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (up) return
    await sleep(50)
  }
  throw new Error('sshd did not start')
}

import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, startForeign } from '../foreign-process.ts'
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
  const server = await startForeign(SSHD, ['-D', '-f', config], port, directory)
  return {
    port,
    async cpuMicroseconds() {
      // utime, stime, and those of the children that have ended: sshd forks for each connection. proc(5).
      const fields = (await readFile(`/proc/${server.pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? []
      return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * TICK_MICROSECONDS
    },
    stop: () => server.stop(),
  }
}

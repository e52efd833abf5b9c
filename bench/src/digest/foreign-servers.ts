import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, startForeign } from '../foreign-process.ts'
import { BODY, digest, PASSWORD, REALM, USERNAME } from './account.ts'

/** A server that is not Node's. */
export interface ForeignServer {
  readonly port: number
  readonly stop: () => Promise<void>
}

/** Apache's mod_auth_digest. @returns `undefined` where there is none */
export async function startApache(): Promise<ForeignServer | undefined> {
  if (!answers('apache2', ['-v'])) return undefined
  const directory = await mkdtemp(join(tmpdir(), 'gatewright-bench-apache-'))
  // Its workers are another user, who has to get here.
  await chmod(directory, 0o755)
  const port = await freePort()
  await writeFile(
    join(directory, 'users'),
    `${USERNAME}:${REALM}:${digest('MD5', `${USERNAME}:${REALM}:${PASSWORD}`)}\n`,
  )
  await writeFile(join(directory, 'private'), BODY)
  const modules = ['mpm_event', 'authn_core', 'authn_file', 'authz_core', 'authz_user', 'auth_digest']
  const config = [
    `ServerRoot ${directory}`,
    `PidFile ${directory}/pid`,
    `Listen 127.0.0.1:${port}`,
    'ServerName localhost',
    `ErrorLog ${directory}/errors`,
    ...modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`),
    ...(process.getuid?.() === 0 ? ['User nobody', 'Group nogroup'] : []),
    `DocumentRoot ${directory}`,
    // As many threads from the start as there are connections, and none taken back: with a process go its connections.
    'StartServers 2',
    'ThreadsPerChild 64',
    'MaxRequestWorkers 128',
    'MinSpareThreads 1',
    'MaxSpareThreads 128',
    'KeepAlive On',
    'MaxKeepAliveRequests 0',
    `<Location /private>`,
    'AuthType Digest',
    `AuthName ${REALM}`,
    `AuthUserFile ${directory}/users`,
    'Require valid-user',
    '</Location>',
  ]
  const path = join(directory, 'apache.conf')
  await writeFile(path, `${config.join('\n')}\n`)
  const { stop } = await startForeign('apache2', ['-D', 'FOREGROUND', '-f', path], port, directory)
  return { port, stop }
}

/** Twisted's web.guard. @returns `undefined` where there is none */
export async function startTwisted(): Promise<ForeignServer | undefined> {
  const python = ['/usr/bin/python3', 'python3'].find((path) => answers(path, ['-c', 'import twisted.web.guard']))
  if (python === undefined) return undefined
  const port = await freePort()
  const script = fileURLToPath(new URL('./web_guard.py', import.meta.url))
  const { stop } = await startForeign(python, [script, String(port)], port)
  return { port, stop }
}

function answers(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return true
  } catch {
    // Not here, or not whole: then there is nothing to measure.
    return false
  }
}

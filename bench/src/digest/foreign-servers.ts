import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { BODY, digest, PASSWORD, REALM, USERNAME } from './account.ts'

/** A server that is not Node's. */
export interface ForeignServer {
  readonly port: number
  stop(): Promise<void>
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
  return await started(port, spawn('apache2', ['-D', 'FOREGROUND', '-f', path], { stdio: 'ignore' }), directory)
}

/** Twisted's web.guard. @returns `undefined` where there is none */
export async function startTwisted(): Promise<ForeignServer | undefined> {
  const python = ['/usr/bin/python3', 'python3'].find((path) => answers(path, ['-c', 'import twisted.web.guard']))
  if (python === undefined) return undefined
  const port = await freePort()
  const script = fileURLToPath(new URL('./web_guard.py', import.meta.url))
  return await started(port, spawn(python, [script, String(port)], { stdio: 'ignore' }))
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

async function started(port: number, child: ChildProcess, directory?: string): Promise<ForeignServer> {
  const server = {
    port,
    async stop() {
      if (child.exitCode === null) {
        const exited = once(child, 'exit')
        child.kill()
        await exited
      }
      if (directory !== undefined) await rm(directory, { recursive: true, force: true })
    },
  }
  for (let tries = 0; tries < 100 && child.exitCode === null; tries++) {
    const socket = connect(port, '127.0.0.1')
    // `once` rejects when the socket errs, as it does while nobody listens.
    const up = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (up) return server
    await sleep(50)
  }
  await server.stop()
  throw new Error(`${child.spawnfile} did not start`)
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

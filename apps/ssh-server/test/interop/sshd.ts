import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { userInfo } from 'node:os'
import { createSshServer, type SshAvatar } from '@gatewright/adapter-ssh'
import { authorizedKeysFrom, pubkeyChecker } from '@gatewright/checker-pubkey'
import { createPortal } from '@gatewright/portal'
import { World } from './world.ts'

/** Both, side by side, and what a client needs for them. */
export interface Doors extends AsyncDisposable {
  readonly world: World
  readonly ours: KeyDoor
  readonly theirs: KeyDoor
}

export async function openBoth(): Promise<Doors> {
  const world = new World()
  const [ours, theirs] = await Promise.all([openOurs(readFileSync(world.path('host'))), openSshd(world)])
  return {
    ...{ world, ours, theirs },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([ours[Symbol.asyncDispose](), theirs[Symbol.asyncDispose]()])
      await world.close()
    },
  }
}

/** A server that lets in the one user that sshd can have without being root, by whatever line it is given. */
export interface KeyDoor extends AsyncDisposable {
  readonly port: number
  /** What stands in authorized_keys, from the next login on. */
  line: string
}

/** OpenSSH's own. */
async function openSshd(world: World): Promise<KeyDoor> {
  // Where sshd of Debian leaves its privileges, if it was never started.
  if (process.geteuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  const port = await freePort()
  const keys = world.path('authorized_keys')
  const options = [
    ...[`ListenAddress 127.0.0.1:${port}`, `HostKey ${world.path('host')}`, `AuthorizedKeysFile ${keys}`],
    ...['PidFile none', 'StrictModes no', 'PermitRootLogin yes', 'UsePAM no', 'AuthenticationMethods publickey'],
    // Without it sshd looks at no environment= at all.
    ...['PermitUserEnvironment yes', 'MaxStartups 100'],
  ]
  writeFileSync(world.path('sshd_config'), `${options.join('\n')}\n`)
  const server = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', world.path('sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const log: string[] = []
  await new Promise<void>((resolve, reject) => {
    server.stderr.on('data', (data) => {
      log.push(String(data))
      if (log.join('').includes('Server listening')) resolve()
    })
    server.once('exit', () => reject(new Error(`sshd did not start: ${log.join('')}`)))
  })
  return {
    port,
    set line(line: string) {
      writeFileSync(keys, `${line}\n`)
    },
    [Symbol.asyncDispose]: async () => {
      server.kill()
      await once(server, 'exit')
    },
  }
}

/** Ours, with an avatar that hands commands to a shell, as sshd does. */
async function openOurs(hostKey: Buffer): Promise<KeyDoor> {
  const { username } = userInfo()
  let lines = ''
  const keys = authorizedKeysFrom((user) => (user === username ? lines : undefined))
  const portal = createPortal({
    realm: { shell: () => SHELL },
    checkers: [pubkeyChecker({ keys, onProblem: () => undefined })],
  })
  const server = createSshServer({ portal, avatar: 'shell', hostKeys: [hostKey], allowKeyEnv: ['*'] })
  const { port } = await server.listen(0)
  return {
    port,
    set line(line: string) {
      lines = `${line}\n`
    },
    [Symbol.asyncDispose]: async () => {
      await server.close({ graceMs: 0 })
      await portal.close()
    },
  }
}

const SHELL: SshAvatar = {
  async exec({ command, original, env, stdout }) {
    const child = spawn('/bin/sh', ['-c', command], {
      env: { ...env, ...(original !== undefined && { SSH_ORIGINAL_COMMAND: original }) },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    child.stdout.pipe(stdout, { end: false })
    const [code] = (await once(child, 'close')) as [number]
    return code
  },
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

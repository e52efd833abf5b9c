import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

/** OpenSSH's own server and client, which log in with one key against whatever is written into its file. */
export interface Sshd {
  /** The public key, as a line without a comment. */
  readonly keyLine: string
  /** Whether sshd lets the key in by a file of this text. */
  accepts(lines: string): Promise<boolean>
  stop(): Promise<void>
}

export async function startSshd(directory: string): Promise<Sshd> {
  const at = (name: string) => join(directory, name)
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at('host')])
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', at('key')])
  const keyLine = String(execFileSync('ssh-keygen', ['-y', '-f', at('key')])).trim()
  // Where sshd of Debian leaves its privileges, if it was never started.
  if (process.geteuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  const port = await freePort()
  const options = [
    `ListenAddress 127.0.0.1:${port}`,
    `HostKey ${at('host')}`,
    `AuthorizedKeysFile ${at('authorized_keys')}`,
    'PidFile none',
    'StrictModes no',
    'PermitRootLogin yes',
    'UsePAM no',
    'AuthenticationMethods publickey',
    'MaxStartups 100',
    // Whatever a generated line wants to run.
    'ForceCommand /bin/true',
  ]
  writeFileSync(at('sshd_config'), `${options.join('\n')}\n`)
  const server = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', at('sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] })
  const log: string[] = []
  await new Promise<void>((resolve, reject) => {
    server.stderr.on('data', (data) => {
      log.push(String(data))
      if (log.join('').includes('Server listening')) resolve()
    })
    server.once('exit', () => reject(new Error(`sshd did not start: ${log.join('')}`)))
  })
  const client = [
    ['-F', 'none', '-i', at('key'), '-p', String(port), '-T'],
    ['BatchMode=yes', 'IdentitiesOnly=yes', 'IdentityAgent=none', 'StrictHostKeyChecking=no', 'LogLevel=VERBOSE'],
    [
      `UserKnownHostsFile=${at('known_hosts')}`,
      'PreferredAuthentications=publickey',
      'ConnectTimeout=20',
      'KexAlgorithms=curve25519-sha256',
    ],
  ]
  const [first = [], ...named] = client
  const args = [
    ...first,
    ...named.flat().flatMap((option) => ['-o', option]),
    `${userInfo().username}@127.0.0.1`,
    'true',
  ]
  return {
    keyLine,
    async accepts(lines) {
      writeFileSync(at('authorized_keys'), lines)
      // What comes after the login is no question here: some options end the session at once.
      // Not by spawnSync: what sshd logs must be read meanwhile, or it waits.
      const ssh = spawn('ssh', args, { stdio: ['ignore', 'ignore', 'pipe'] })
      const said = await text(ssh.stderr)
      if (said.includes('Authenticated to 127.0.0.1')) return true
      if (said.includes('Permission denied')) return false
      throw new Error(`ssh neither logged in nor was refused: ${said} ${log.slice(-5).join('')}`)
    },
    async stop() {
      server.kill()
      await once(server, 'exit')
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

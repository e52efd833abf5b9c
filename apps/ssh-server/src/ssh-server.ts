import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { createSshServer, directoryFiles, hostKeyFile, type SftpFiles } from '@gatewright/adapter-ssh'
import { Option, type Program, serverCommand, UsageError } from '@gatewright/auth-option'
import { createPortal } from '@gatewright/portal'
import { defaultHostKey } from './default-host-key.ts'
import { DemoAvatar } from './demo-avatar.ts'

interface SshOptions {
  readonly hostKey?: string
  readonly sftp?: string
  readonly sftpReadOnly?: true
}

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

/** The program `gatewright-ssh`: a login, and then a small shell. */
export function sshServer(): Program {
  return serverCommand<SshOptions>({
    name: 'gatewright-ssh',
    summary: 'An SSH server with a demo shell behind a login.',
    version,
    url: 'ssh',
    defaultPort: 2222,
    supports: ['publickey', 'password', 'totp'],
    from: import.meta.url,
    options: [
      new Option(
        '--host-key <FILE>',
        'the key of this server, made on first start (default: ~/.local/state/gatewright/ssh-host-key)',
      ),
      new Option('--sftp <DIR>', 'let those inside read and write the files in this directory'),
      new Option('--sftp-read-only', 'let them only read those files'),
    ],
    examples: [
      '--auth memory:user:pass',
      '--auth pubkey:/home/%u/.ssh/authorized_keys --auth unix --host 0.0.0.0',
      "--auth pubkey:keys/%u --auth file:users.txt --require 'publickey,password'",
      '--auth memory:@env:USERS --sftp ./public --sftp-read-only',
    ],
    async start({ portal: guarded, host, port, options, log, surroundings: { cwd, env } }) {
      const files = openFiles(options, cwd)
      const path = resolve(cwd, options.hostKey ?? defaultHostKey(env))
      const { key, fingerprint, made } = await hostKeyFile(path)
      log.info('host-key', { path, fingerprint, made })
      const portal = createPortal({ realm: { demo: (id) => new DemoAvatar(id, files) }, ...guarded })
      const server = createSshServer({
        portal,
        avatar: 'demo',
        hostKeys: [key],
        onError: (error, peer) => log.error('connection', { error, peer }),
      })
      const { port: picked } = await server.listen(port, host)
      return {
        port: picked,
        close: async () => {
          await server.close()
          await portal.close()
        },
      }
    },
  })
}

/** @throws {UsageError} `BAD_OPTION` */
function openFiles({ sftp, sftpReadOnly }: SshOptions, cwd: string): (() => SftpFiles) | undefined {
  if (sftp === undefined) {
    if (sftpReadOnly === undefined) return undefined
    throw new UsageError('BAD_OPTION', '--sftp-read-only: there are no files without --sftp', {
      hint: '--sftp DIR --sftp-read-only lets those inside read what is in DIR.',
    })
  }
  const root = resolve(cwd, sftp)
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError('BAD_OPTION', `--sftp ${sftp}: there is no such directory`, {
      hint: 'It is taken from the working directory, and has to exist: nothing is made for it.',
    })
  }
  return () => directoryFiles(root, { readOnly: sftpReadOnly ?? false })
}

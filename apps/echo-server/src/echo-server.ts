import { readFileSync } from 'node:fs'
import { createTcpServer, lineLogin, promptLogin } from '@gatewright/adapter-tcp'
import {
  Option,
  type Program,
  readTls,
  serverCommand,
  TLS_OPTIONS,
  type TlsOptions,
  UsageError,
} from '@gatewright/auth-option'
import { createPortal } from '@gatewright/portal'

interface EchoOptions extends TlsOptions {
  readonly prompt?: true
  readonly allowPlaintext?: true
}

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

/** The program `gatewright-echo`: a login, and then every line comes back. */
export function echoServer(): Program {
  return serverCommand<EchoOptions>({
    name: 'gatewright-echo',
    summary: 'A TCP echo server behind a login: the first line is `user password`.',
    version,
    url: 'tcp',
    defaultPort: 8000,
    supports: ['password', 'totp'],
    from: import.meta.url,
    options: [
      new Option('--prompt', 'ask for name and password, with telnet echo off, instead of reading them from one line'),
      ...TLS_OPTIONS,
      new Option('--allow-plaintext', 'take passwords over unencrypted connections from other machines'),
    ],
    examples: [
      '--auth memory:user:pass:foo:bar',
      '--auth memory:@env:USERS --prompt',
      '--auth memory:@file:users.txt --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem',
    ],
    async start({ portal: guarded, require, host, port, options, log }) {
      if (!options.prompt && require && !require.some((row) => row.length === 1)) {
        throw new UsageError('BAD_REQUIREMENT', '--require: one line holds one factor, so nobody could log in', {
          hint: 'With --prompt the server asks for the second one.',
        })
      }
      const tls = await readTls(options)
      const portal = createPortal({ realm: { echo: (id) => ({ echo: (line: string) => line, id }) }, ...guarded })
      const server = createTcpServer(
        {
          portal,
          avatar: 'echo',
          login: options.prompt ? promptLogin() : lineLogin(),
          allowPlaintext: options.allowPlaintext ?? false,
          ...(tls && { tls }),
          onError: (error, peer) => log.error('connection', { error, peer }),
        },
        async ({ avatar, lines, write }) => {
          for await (const line of lines) await write(`${avatar.echo(line)}\r\n`)
        },
      )
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

import { createTcpServer, lineLogin } from '@gatewright/adapter-tcp'
import { runMain, serverCommand } from '@gatewright/auth-option'
import { createPortal } from '@gatewright/portal'

const parrot = serverCommand({
  name: 'parrot',
  summary: 'Says what you say, once you have logged in.',
  version: '1.0.0',
  url: 'tcp',
  defaultPort: 8000,
  supports: ['password'],
  from: import.meta.url,
  async start({ portal: commandLine, host, port }) {
    const portal = createPortal({
      realm: { parrot: (id) => ({ say: (line: string) => `${id} says ${line}` }) },
      ...commandLine,
    })
    const server = createTcpServer(
      { portal, avatar: 'parrot', login: lineLogin() },
      async ({ avatar, lines, write }) => {
        for await (const line of lines) await write(`${avatar.say(line)}\r\n`)
      },
    )
    const address = await server.listen(port, host)
    return {
      port: address.port,
      async close() {
        await server.close()
        await portal.close()
      },
    }
  },
})

// Try: --auth memory:ada:sesame. Without arguments, it tells what else there is.
const args = process.argv.slice(2)
await runMain(parrot, { args: args.length > 0 ? args : ['--help-auth'] })

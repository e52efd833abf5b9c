import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { createTcpServer, lineLogin } from '@gatewright/adapter-tcp'
import { memoryChecker } from '@gatewright/checker-memory'
import { createPortal } from '@gatewright/portal'

await using portal = createPortal({
  realm: { parrot: (id) => ({ repeat: (line: string) => `${id} said: ${line}` }) },
  checkers: [memoryChecker({ ada: 'sesame' })],
})

await using server = createTcpServer(
  { portal, avatar: 'parrot', login: lineLogin() },
  async ({ avatar, lines, write }) => {
    for await (const line of lines) await write(`${avatar.repeat(line)}\r\n`)
  },
)
const { port } = await server.listen(0)

// What `printf 'ada sesame\nhello\n' | nc -N 127.0.0.1 PORT` does:
const client = connect(port, '127.0.0.1')
await once(client, 'connect')
client.end('ada sesame\nhello\n')
console.log(await text(client)) // Login successful, please proceed.  ada said: hello

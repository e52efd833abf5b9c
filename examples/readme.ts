import { createTcpServer, lineLogin } from '@gatewright/adapter-tcp'
import { memoryChecker } from '@gatewright/checker-memory'
import { createPortal } from '@gatewright/portal'

const portal = createPortal({
  realm: { echo: (id) => ({ say: (line: string) => `${id} said: ${line}` }) },
  checkers: [memoryChecker({ ada: 'sesame' })],
})

const server = createTcpServer({ portal, avatar: 'echo', login: lineLogin() }, async ({ avatar, lines, write }) => {
  for await (const line of lines) await write(`${avatar.say(line)}\r\n`)
})

const { port } = await server.listen(Number(process.env.PORT ?? 8000))
console.log(`listening on port ${port}`)

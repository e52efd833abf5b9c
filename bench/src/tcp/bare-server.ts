import { type AddressInfo, createServer } from 'node:net'
import { reportTo } from '../report.ts'

/** The floor: nobody is checked, nothing is limited, a line is whatever arrives in one piece. */
const server = createServer({ noDelay: true }, (socket) => {
  let welcome = true
  socket.on('error', () => undefined)
  socket.on('data', (chunk: Buffer) => {
    if (welcome) {
      welcome = false
      socket.write(
        chunk.toString() === 'user pass\n' ? 'Login successful, please proceed.\r\n' : 'Login denied, goodbye.\r\n',
      )
    } else socket.write(`${chunk.toString().slice(0, -1)}\r\n`)
  })
})
server.listen(0, '127.0.0.1', 20_000, () => reportTo(process, (server.address() as AddressInfo).port))

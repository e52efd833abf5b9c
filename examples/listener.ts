import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createListener, type Guest, reporter, WaitingRoom } from '@gatewright/listener'

/** A server that says one line to each client, and keeps it until one of them leaves. */
class Caller implements Guest {
  place = -1
  readonly socket: Socket

  constructor(socket: Socket) {
    this.socket = socket
    socket.resume().write('hello\n')
  }

  close() {
    this.socket.end('goodbye\n')
  }

  destroy() {
    this.socket.destroy()
  }
}

const waiting = new WaitingRoom()
const listener = createListener<Caller>({
  admit(socket, { address }) {
    socket.on('error', () => undefined)
    if (waiting.from(address) >= 10) {
      socket.destroy()
      return
    }
    waiting.enter(address)
    const caller = new Caller(socket)
    listener.enter(caller)
    socket.once('close', () => {
      waiting.leave(address)
      listener.leave(caller)
    })
  },
  report: reporter('the example', 'EXAMPLE'),
  error: (code, message, details) => Object.assign(new Error(message, details), { code }),
})

const { port } = await listener.server.listen(0)
const client = connect(port, '127.0.0.1').setEncoding('utf8')
console.log((await once(client, 'data'))[0]) // hello
console.log(listener.server.connections) // 1

const farewell = once(client, 'data')
await listener.server.close()
console.log((await farewell)[0]) // goodbye
console.log(waiting.total) // 0

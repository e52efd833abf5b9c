import { createServer } from 'node:http'
import { basicScheme } from '@gatewright/adapter-http-basic'
import { digestScheme } from '@gatewright/adapter-http-digest'
import { memoryChecker } from '@gatewright/checker-memory'
import { httpLogin } from '@gatewright/http-login'
import { createPortal } from '@gatewright/portal'

const portal = createPortal({
  realm: { member: (id) => ({ greet: () => `Hello, ${id}!` }) },
  checkers: [memoryChecker({ ada: 'sesame' }, { digest: true })],
})

// One 401 asks for either; the client takes the best that it knows.
const login = httpLogin({
  portal,
  avatar: 'member',
  schemes: [digestScheme({ realm: 'club' }), basicScheme({ realm: 'club' })],
})

const server = createServer((req, res) => login(req, res, () => res.end(login.avatarOf(req).greet())))
server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => console.log('listening', server.address()))

// curl --anyauth -u ada:sesame http://127.0.0.1:8080/

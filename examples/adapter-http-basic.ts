import { createServer } from 'node:http'
import { httpBasic } from '@gatewright/adapter-http-basic'
import { memoryChecker } from '@gatewright/checker-memory'
import { createPortal } from '@gatewright/portal'

const portal = createPortal({
  realm: { member: (id) => ({ greet: () => `Hello, ${id}!` }) },
  checkers: [memoryChecker({ ada: 'sesame' })],
})

const login = httpBasic({ portal, avatar: 'member', realm: 'club' })

const server = createServer((req, res) => login(req, res, () => res.end(login.avatarOf(req).greet())))
server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => console.log('listening', server.address()))

// curl -u ada:sesame http://127.0.0.1:8080/

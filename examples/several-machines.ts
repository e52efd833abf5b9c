import { createServer } from 'node:http'
import { httpDigest } from '@gatewright/adapter-http-digest'
import { memoryChecker } from '@gatewright/checker-memory'
import { createPortal } from '@gatewright/portal'
import { redisState } from '@gatewright/state-redis'
import { Redis } from 'ioredis'

// The secret, 16 bytes at least, comes from where you keep secrets.
const { REDIS_URL = 'redis://127.0.0.1:6379', DIGEST_SECRET = 'for this example alone', PORT = '8080' } = process.env

const client = new Redis(REDIS_URL)
client.on('error', (error) => console.log(`Redis: ${error.message}`))

const login = httpDigest({
  portal: createPortal({
    realm: { member: (id) => ({ name: id }) },
    checkers: [memoryChecker({ ada: 'sesame' }, { digest: true })],
  }),
  avatar: 'member',
  realm: 'club',
  secret: DIGEST_SECRET,
  state: redisState(client),
  cluster: true, // refuses to start if one of the two were missing
})

const server = createServer((req, res) => login(req, res, () => void res.end(`Hello, ${login.avatarOf(req).name}!\n`)))
server.listen(Number(PORT), '127.0.0.1', () => console.log('listening', server.address()))

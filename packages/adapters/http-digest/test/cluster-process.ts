import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { memoryChecker } from '@gatewright/checker-memory'
import { createPortal } from '@gatewright/portal'
import { redisState } from '@gatewright/state-redis'
import { Redis } from 'ioredis'
import { httpDigest } from '../src/index.ts'

/** What one of several servers behind one address is made of. */
export interface Settings {
  readonly redis: string
  /** The first signs, all are taken. */
  readonly secret: readonly string[]
}

const { redis, secret } = JSON.parse(process.argv[2] ?? '{}') as Settings
const client = new Redis({ path: redis })
client.on('error', () => undefined)
const login = httpDigest({
  portal: createPortal({
    realm: { member: (id) => ({ id }) },
    checkers: [memoryChecker({ ada: 'sesame' }, { digest: true })],
  }),
  avatar: 'member',
  realm: 'club',
  secret,
  // The tests ask whether anybody is let in twice, not how soon a busy machine answers.
  state: redisState(client, { deadlineMs: 4_000 }),
  cluster: true,
  // What is broken on this side is what the last test is about.
  onError: () => undefined,
})

const server = createServer((req, res) => {
  login(req, res, () => void res.end(login.avatarOf(req).id))
})
client.once('ready', () => {
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
})
process.on('disconnect', () => process.exit())

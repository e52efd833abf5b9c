import { timingSafeEqual } from 'node:crypto'
import { createSshServer, type SshAvatar } from '@gatewright/adapter-ssh'
import { accept, type Checker, createPortal, reject } from '@gatewright/portal'
import { reportTo } from '../report.ts'
import { stream } from './stream.ts'

/** Ours, with the same check that is always the same. */
const [hostKey = '', allowed = ''] = JSON.parse(process.env.BENCH_SSH ?? '[]') as string[]
const blob = Buffer.from(allowed, 'base64')
const secret = Buffer.from('sesame')
const equal = (one: Uint8Array, other: Uint8Array) => one.length === other.length && timingSafeEqual(one, other)

const passwords: Checker<'password'> = {
  name: 'password',
  accepts: ['password'],
  check: ({ username, password }) => (equal(Buffer.from(password), secret) ? accept(username) : reject('wrong')),
}
const keys: Checker<'publickey'> = {
  name: 'key',
  accepts: ['publickey'],
  check: ({ username, key }) => (equal(key.blob, blob) ? accept(username) : reject('unknown')),
  recognizes: ({ key }) => equal(key.blob, blob),
}

const avatar: SshAvatar = {
  async exec({ stdout }) {
    await stream(stdout)
    return 0
  },
}
const portal = createPortal({ realm: { streamer: () => avatar }, checkers: [passwords, keys] })
const server = createSshServer({ portal, avatar: 'streamer', hostKeys: [hostKey] })
reportTo(process, (await server.listen(0)).port)

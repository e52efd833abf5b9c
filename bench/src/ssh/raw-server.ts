import { timingSafeEqual } from 'node:crypto'
import { type AddressInfo, createServer } from 'node:net'
import ssh2 from 'ssh2'
import { reportTo } from '../report.ts'
import { stream } from './stream.ts'

/** The floor: bare ssh2 with `setNoDelay`, nothing limited, and a check that is always the same. */
const [hostKey = '', allowed = ''] = JSON.parse(process.env.BENCH_SSH ?? '[]') as string[]
const blob = Buffer.from(allowed, 'base64')
const secret = Buffer.from('sesame')
const equal = (one: Buffer, other: Buffer) => one.length === other.length && timingSafeEqual(one, other)

const key = ssh2.utils.parseKey(`ssh-ed25519 ${allowed}`)
if (key instanceof Error) throw key

const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
  client.on('error', () => undefined)
  client.on('authentication', (ctx) => {
    if (ctx.method === 'password' && equal(Buffer.from(ctx.password), secret)) return ctx.accept()
    if (ctx.method === 'publickey' && equal(ctx.key.data, blob)) {
      if (!ctx.signature || !ctx.blob) return ctx.accept()
      if (key.verify(ctx.blob, ctx.signature, ctx.hashAlgo) === true) return ctx.accept()
    }
    ctx.reject(['password', 'publickey'])
  })
  client.on('session', (accept) => {
    accept().on('exec', (acceptExec) => {
      const channel = acceptExec()
      void stream(channel).then(() => {
        channel.exit(0)
        channel.end()
      })
    })
  })
})
const listener = createServer({ noDelay: true }, (socket) => server.injectSocket(socket))
listener.listen(0, '127.0.0.1', 1024, () => reportTo(process, (listener.address() as AddressInfo).port))

import { httpDigest } from '@gatewright/adapter-http-digest'
import { memoryChecker } from '@gatewright/checker-memory'
import { createPortal } from '@gatewright/portal'
import fastify from 'fastify'

const portal = createPortal({
  realm: { member: (id) => ({ greet: () => `Hello, ${id}!` }) },
  checkers: [memoryChecker({ ada: 'sesame' }, { digest: true })],
})
const login = httpDigest({ portal, avatar: 'member', realm: 'club' })

const app = fastify()
app.register(async (members) => {
  members.addHook('onRequest', (request, reply, done) =>
    login(request.raw, reply.raw, done as (error?: unknown) => void),
  )
  members.get('/private', (request) => login.avatarOf(request.raw).greet())
})

console.log('listening', await app.listen({ port: Number(process.env.PORT ?? 8080) }))

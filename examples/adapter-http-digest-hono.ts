import type { ServerResponse } from 'node:http'
import { httpDigest, nodeRequest, sendDenial } from '@gatewright/adapter-http-digest'
import { memoryChecker } from '@gatewright/checker-memory'
import { createPortal } from '@gatewright/portal'
import { type HttpBindings, serve } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { Hono } from 'hono'

const portal = createPortal({
  realm: { member: (id) => ({ greet: () => `Hello, ${id}!` }) },
  checkers: [memoryChecker({ ada: 'sesame' }, { digest: true })],
})
const login = httpDigest({ portal, avatar: 'member', realm: 'club' })

const app = new Hono<{ Bindings: HttpBindings; Variables: { member: { greet(): string } } }>()
app.use('/private', async (c, next) => {
  await using answer = await login.authenticate(nodeRequest(c.env.incoming, () => c.req.arrayBuffer()))
  if (!answer.admitted) {
    sendDenial(answer, c.env.outgoing as ServerResponse)
    return RESPONSE_ALREADY_SENT
  }
  for (const header of answer.headers) c.header(...header)
  c.set('member', answer.login.avatar)
  // Without `await` the login would be over before the answer is made.
  return await next()
})
app.get('/private', (c) => c.text(c.get('member').greet()))

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env.PORT ?? 8080) }, (at) =>
  console.log('listening', at),
)

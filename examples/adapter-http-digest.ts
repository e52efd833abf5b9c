import { httpDigest } from '@gatewright/adapter-http-digest'
import { memoryChecker } from '@gatewright/checker-memory'
import { createPortal } from '@gatewright/portal'
import express from 'express'

const portal = createPortal({
  realm: {
    member: (id) => ({ greet: () => `Hello, ${id}!` }),
    editor: (id) => (id === 'ada' ? { publish: () => `${id} has published it.` } : undefined),
  },
  checkers: [memoryChecker({ ada: 'sesame', bob: 'apple' }, { digest: true })],
})

const member = httpDigest({ portal, avatar: 'member', realm: 'club' })
// The same door to another room: other avatars and rules, the same challenges.
const editor = member.with({ avatar: 'editor', permit: (_login, request) => request.method === 'POST' })

const server = express()
  .get('/', (_req, res) => void res.send('Everybody may read this.'))
  .get('/private', member, (req, res) => void res.send(member.avatarOf(req).greet()))
  .use('/press', editor, (req, res) => void res.send(editor.avatarOf(req).publish()))
  .listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => console.log('listening', server.address()))

// curl --digest -u ada:sesame http://127.0.0.1:8080/private

import express, { type Request, type RequestHandler, Router } from 'express'
import { answer } from './answer.ts'
import { notAllowed } from './not-allowed.ts'
import { privatePage } from './pages/private-page.ts'
import type { Gate } from './site.ts'

/** In bytes: what may be sent to `/private/echo`. */
const MOST_BYTES = 65_536

/** What is behind the gate. */
export function privateRooms(gate: Gate): RequestHandler {
  const rooms = Router()
  rooms.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store')
    next()
  })
  rooms
    .route('/')
    .get((request, response) => {
      const visitor = gate.avatarOf(request)
      answer(response, {
        page: privatePage(visitor, {
          scheme: schemeOf(request),
          address: request.ip ?? 'nowhere',
          secure: request.secure,
        }),
        text: `${visitor.greeting()}\n`,
        json: { id: visitor.name, greeting: visitor.greeting() },
      })
    })
    .all(notAllowed('GET, HEAD'))
  rooms
    .route('/whoami')
    .get((request, response) => {
      response.json({ id: gate.avatarOf(request).name })
    })
    .all(notAllowed('GET, HEAD'))
  rooms
    .route('/echo')
    .post(express.raw({ type: () => true, limit: MOST_BYTES }), (request, response) => {
      response.type('text').send(request.body ?? '')
    })
    .all(notAllowed('POST'))
  return rooms
}

/** The gate has read the header; here only its first word is of interest. */
function schemeOf(request: Request): string {
  const digest = /^digest /i.test(request.get('authorization') ?? '')
  return digest ? 'HTTP Digest: your password was not sent' : 'HTTP Basic: your password was sent'
}

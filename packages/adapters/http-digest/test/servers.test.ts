import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type HttpLogin, nodeRequest, sendDenial } from '@gatewright/http-login'
import { serve } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { afterEach, describe, expect, it } from 'vitest'
import { type AnswerOptions, answer, challengesIn } from './client.ts'
import { type Avatars, type Guest, rig } from './rig.ts'

type Login = HttpLogin<Avatars, 'member'>

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** Listens on a port of its own until the test is over. */
async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => (server.closeAllConnections(), server.close()))
  return (server.address() as AddressInfo).port
}

interface Reply {
  readonly status: number
  readonly body: string
  readonly headers: readonly (readonly [string, string])[]
}

/** One request whose target goes out as it is written. */
async function ask(
  port: number,
  path: string,
  { method = 'GET', authorization = undefined as string | string[] | undefined, body = '' } = {},
): Promise<Reply> {
  const req = send({
    port,
    host: '127.0.0.1',
    path,
    method,
    agent: false,
    ...(authorization === undefined ? {} : { headers: { authorization } as never }),
  })
  req.end(body)
  const [res] = await once(req, 'response')
  const pairs: (readonly [string, string])[] = []
  for (let i = 0; i < res.rawHeaders.length; i += 2) pairs.push([res.rawHeaders[i], res.rawHeaders[i + 1]])
  return { status: res.statusCode, body: await text(res), headers: pairs }
}

/** Asks, is asked back, answers. */
async function logIn(port: number, path: string, options: AnswerOptions = {}): Promise<Reply> {
  const { method = 'GET', body = '' } = options
  const first = await ask(port, path, { method, body: body as string })
  const [challenge] = challengesIn(first.headers)
  if (first.status !== 401 || !challenge) throw new Error(`not asked to log in, but answered ${first.status}`)
  return ask(port, path, { method, body: body as string, authorization: answer(challenge, { uri: path, ...options }) })
}

/** The same small site by every framework: who it is, and what was sent. */
const SITES: Readonly<Record<string, (login: Login) => Promise<number>>> = {
  'node:http': (login) =>
    listen(
      createServer((req, res) =>
        login(req, res, () => {
          text(req).then(
            (body) => res.end(`${login.avatarOf(req).id} ${body}`),
            () => res.destroy(),
          )
        }),
      ),
    ),
  'node:http by authenticate': (login) => {
    const serveOne = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
      await using answered = await login.authenticate(nodeRequest(req))
      if (!answered.admitted) {
        sendDenial(answered, res)
        return
      }
      for (const [name, value] of answered.headers) res.setHeader(name, value)
      res.end(`${answered.login.avatar.id} ${await text(req)}`)
    }
    return listen(createServer((req, res) => void serveOne(req, res).catch(() => res.destroy())))
  },
  Express: (login) => {
    const app = express()
    app.use(
      '/in',
      express
        .Router()
        .use(
          '/deep',
          login,
          (req, res) => void text(req).then((body) => res.send(`${login.avatarOf(req).id} ${body}`)),
        ),
    )
    return listen(createServer(app))
  },
  'Express with a body parser behind': (login) => {
    const app = express()
    app.use(
      login,
      express.text({ type: () => true }),
      (req, res) => void res.send(`${login.avatarOf(req).id} ${req.body ?? ''}`),
    )
    return listen(createServer(app))
  },
  Fastify: async (login) => {
    const app = fastify()
    app.addHook('onRequest', (request, reply, done) => login(request.raw, reply.raw, done as (error?: unknown) => void))
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
    app.all('/*', async (request) => `${login.avatarOf(request.raw).id} ${(request.body as string | undefined) ?? ''}`)
    await app.listen({ port: 0, host: '127.0.0.1' })
    closing.push(() => app.close())
    return (app.server.address() as AddressInfo).port
  },
  Hono: async (login) => {
    const app = new Hono<{
      Bindings: { incoming: Parameters<Login>[0]; outgoing: Parameters<Login>[1] }
      Variables: { member: Guest }
    }>()
    app.use(async (c, next) => {
      await using answered = await login.authenticate(nodeRequest(c.env.incoming, () => c.req.arrayBuffer()))
      if (!answered.admitted) {
        sendDenial(answered, c.env.outgoing)
        return RESPONSE_ALREADY_SENT
      }
      for (const header of answered.headers) c.header(...header)
      c.set('member', answered.login.avatar)
      // Awaited: what is returned as a promise outlives the login.
      return await next()
    })
    app.all('*', async (c) => {
      const body = await c.req.text()
      const { id, logouts } = c.get('member')
      return c.text(`${logouts === 0 ? id : 'nobody any more'} ${body}`)
    })
    const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }) as Server
    await once(server, 'listening')
    closing.push(() => (server.closeAllConnections(), server.close()))
    return (server.address() as AddressInfo).port
  },
}

describe.each(Object.entries(SITES))('%s', (name, open) => {
  const path = '/in/deep/%2e%2e/x?b=1&a=2'

  it('lets in, and vouches for itself', async () => {
    const { login, guests, errors } = rig({ now: Date.now })
    const got = await logIn(await open(login), path)
    expect(got).toMatchObject({ status: 200, body: 'ada ' })
    expect(got.headers.map(([name]) => name.toLowerCase())).toContain('authentication-info')
    await expect.poll(() => guests.map(({ logouts }) => logouts)).toEqual([1])
    expect(errors).toEqual([])
  })

  it('asks in two lines, and refuses', async () => {
    const { login, guests } = rig({ now: Date.now })
    const got = await logIn(await open(login), path, { password: 'wrong' })
    expect(got.status).toBe(401)
    expect(got.headers.filter(([name]) => name.toLowerCase() === 'www-authenticate')).toHaveLength(2)
    expect(guests).toEqual([])
  })

  it('takes no answer for another resource, and none that is there twice', async () => {
    const { login, attacks } = rig({ now: Date.now })
    const port = await open(login)
    expect((await logIn(port, path, { uri: path.replace('%2e', '.') })).status).toBe(400)
    // What a router makes of it is not what was signed.
    expect((await logIn(port, path, { uri: '/%2e%2e/x?b=1&a=2' })).status).toBe(400)
    expect(attacks.map(({ attack }) => attack)).toEqual(['uri-mismatch', 'uri-mismatch'])
    const [challenge] = challengesIn((await ask(port, path)).headers)
    const one = answer(challenge as never, { uri: path })
    expect((await ask(port, path, { authorization: [one, one] })).status).toBe(400)
  })

  it.each([
    ['none', ''],
    ['small', 'hello'],
    ['of many pieces', 'x'.repeat(300_000)],
  ])('hashes a body and leaves it for the application: %s', async (_size, body) => {
    const { login, errors } = rig({ now: Date.now, qop: ['auth-int'] })
    const port = await open(login)
    const options = { method: 'POST', qop: 'auth-int', body }
    if (body.length < 100_000 || !name.includes('parser')) {
      const got = await logIn(port, path, options)
      expect({ status: got.status, same: got.body === `ada ${body}` }).toEqual({ status: 200, same: true })
    }
    // The same answer, another body.
    const [challenge] = challengesIn((await ask(port, path, { method: 'POST' })).headers)
    const signed = answer(challenge as never, { uri: path, ...options })
    expect((await ask(port, path, { method: 'POST', body: `${body}!`, authorization: signed })).status).toBe(401)
    expect(errors).toEqual([])
  })
})

describe('a body to be hashed', () => {
  it('is not read past the limit', async () => {
    const { login } = rig({ now: Date.now, qop: ['auth-int'], maxBodyBytes: 1000 })
    const port = await (SITES['node:http'] as (login: Login) => Promise<number>)(login)
    expect((await logIn(port, '/', { method: 'POST', qop: 'auth-int', body: 'x'.repeat(1000) })).status).toBe(200)
    expect((await logIn(port, '/', { method: 'POST', qop: 'auth-int', body: 'x'.repeat(1001) })).status).toBe(413)
  })

  it('that somebody else has read is a fault, and nobody is let in', async () => {
    const { login, errors } = rig({ now: Date.now, qop: ['auth-int'] })
    const app = express()
    app.use(express.text({ type: () => true }), login, (_req, res) => void res.send('in'))
    const port = await listen(createServer(app))
    expect((await logIn(port, '/', { method: 'POST', qop: 'auth-int', body: 'hello' })).status).toBe(503)
    expect(errors).toMatchObject([{ code: 'BODY_UNREADABLE', hint: 'Put the login before body parsers.' }])
  })
})

describe('rooms behind one door', () => {
  it('have avatars and rules of their own, and share challenges', async () => {
    const { login, guests } = rig({ now: Date.now })
    const editor = login.with({ avatar: 'editor', permit: ({ id }, { method }) => method === 'POST' && id === 'ada' })
    const app = express()
    app.get('/one', login, (req, res) => void res.send(`member ${login.avatarOf(req).id}`))
    app.use('/two', editor, (req, res) => void res.send(`editor ${editor.avatarOf(req).id}`))
    const port = await listen(createServer(app))
    const [challenge] = challengesIn((await ask(port, '/one')).headers)
    const say = (path: string, options: AnswerOptions) =>
      ask(port, path, {
        method: options.method ?? 'GET',
        authorization: answer(challenge as never, { uri: path, ...options }),
      })
    expect(await say('/one', {})).toMatchObject({ status: 200, body: 'member ada' })
    expect(await say('/two', { method: 'POST', nc: '00000002' })).toMatchObject({ status: 200, body: 'editor ada' })
    expect((await say('/two', { nc: '00000003' })).status).toBe(403)
    expect((await say('/two', { method: 'POST', nc: '00000004', username: 'bob', password: 'apple' })).status).toBe(403)
    await expect.poll(() => guests.every(({ logouts }) => logouts === 1)).toBe(true)
  })

  it('let one request through both: its answer is not used twice', async () => {
    const { login, guests } = rig({ now: Date.now })
    const editor = login.with({ avatar: 'editor' })
    const app = express()
    app.use(login)
    app.use('/two', login, editor, (req, res) => void res.send(`${login.avatarOf(req).id} ${editor.loginOf(req).as}`))
    const port = await listen(createServer(app))
    expect(await logIn(port, '/two')).toMatchObject({ status: 200, body: 'ada editor' })
    expect(guests).toHaveLength(2)
    await expect.poll(() => guests.map(({ logouts }) => logouts)).toEqual([1, 1])
  })

  it('know nothing of who has not passed them', async () => {
    const { login } = rig({ now: Date.now })
    const editor = login.with({ avatar: 'editor' })
    let thrown: unknown
    const port = await listen(
      createServer((req, res) =>
        login(req, res, () => {
          try {
            editor.avatarOf(req)
          } catch (error) {
            thrown = error
          }
          res.end()
        }),
      ),
    )
    await logIn(port, '/')
    expect(thrown).toMatchObject({ name: 'HttpLoginError', code: 'NOT_LOGGED_IN' })
  })
})

it('a client that hangs up is logged out', async () => {
  const { login, guests } = rig({ now: Date.now })
  let serving: () => void = () => undefined
  const served = new Promise<void>((resolve) => (serving = resolve))
  const port = await listen(createServer((req, res) => login(req, res, () => (res.write('begun'), serving()))))
  const [challenge] = challengesIn((await ask(port, '/')).headers)
  const req = send({
    port,
    host: '127.0.0.1',
    path: '/',
    headers: { authorization: answer(challenge as never, { uri: '/' }) },
  })
  req.on('error', () => undefined).end()
  await served
  expect(guests.map(({ logouts }) => logouts)).toEqual([0])
  req.destroy()
  await expect.poll(() => guests.map(({ logouts }) => logouts)).toEqual([1])
})

it('events are published on a channel, for whoever listens', async () => {
  const heard: unknown[] = []
  const hear = (event: unknown) => void heard.push(event)
  subscribe('gatewright:http', hear)
  const { login } = rig({ now: Date.now })
  const port = await (SITES['node:http'] as (login: Login) => Promise<number>)(login)
  await logIn(port, '/', { uri: '/other' })
  unsubscribe('gatewright:http', hear)
  expect(heard).toMatchObject([
    {
      type: 'http.attack',
      attack: 'uri-mismatch',
      detail: '/other',
      scheme: 'Digest',
      method: 'GET',
      target: '/',
      peer: { address: '127.0.0.1' },
    },
  ])
})

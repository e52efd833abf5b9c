import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { LogDetails } from '@gatewright/auth-option'
import type { RequestHandler } from 'express'
import { expect, it, onTestFinished } from 'vitest'
import { listen } from '../src/listen.ts'
import { createSite, type Gate, type SiteOptions } from '../src/site.ts'

const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
const EVERYBODY: RequestHandler = (_request, _response, next) => next()

/** The site, with a gate that lets everybody in under one name; what the gate really does is shown by real clients. */
async function site({ name = 'ada', handler = EVERYBODY, ...options }: Partial<SiteOptions> & Guest = {}) {
  const logged: LogDetails[] = []
  const gate: Gate = Object.assign<RequestHandler, object>((...args) => handler(...args), {
    avatarOf: () => ({ name, greeting: () => `Hello, ${name}!` }),
  }) as Gate
  const log = { error: (event: string, details: LogDetails = {}) => void logged.push({ event, ...details }) }
  const listening = await listen(createSite({ gate, log, ...options }), { host: '127.0.0.1', port: 0 })
  const { port } = listening
  onTestFinished(() => listening.close())
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual', ...init })
    return { status: response.status, headers: response.headers, body: await response.text() }
  }
  return { ask, port, logged }
}

interface Guest {
  readonly name?: string
  readonly handler?: RequestHandler
}

it('answers browsers in HTML, terminals in text, programs in JSON', async () => {
  const { ask, port } = await site()
  for (const [path, words, json] of [
    ['/', 'This page is open', { private: `http://127.0.0.1:${port}/private` }],
    ['/private', 'Hello, ada!', { id: 'ada', greeting: 'Hello, ada!' }],
    ['/nowhere', '404 Not Found', { error: 'Not Found', status: 404 }],
  ] as const) {
    const page = await ask(path, { headers: HTML })
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.body).toMatch(/^<!doctype html>\n<html lang="en">/)
    expect(page.headers.get('vary')).toBe('Accept')
    for (const headers of [{}, { accept: '*/*' }, { accept: 'image/png' }]) {
      const plain = await ask(path, { headers })
      expect(plain.headers.get('content-type')).toBe('text/plain; charset=utf-8')
      expect(plain.body).toContain(words)
      expect(plain.body).toMatch(/\n$/)
    }
    const { body } = await ask(path, { headers: { accept: 'application/json' } })
    expect(JSON.parse(body)).toEqual(json)
  }
})

it('tells programs who came in, and echoes what was sent, byte by byte', async () => {
  const { ask } = await site()
  const whoami = await ask('/private/whoami')
  expect(whoami.body).toBe('{"id":"ada"}')
  expect(whoami.headers.get('content-type')).toBe('application/json; charset=utf-8')
  const body = 'a=1&b=<b>&c=ü'
  const echoed = await ask('/private/echo', { method: 'POST', body })
  expect(echoed.body).toBe(body)
  expect(echoed.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  expect((await ask('/private/echo', { method: 'POST' })).body).toBe('')
  expect((await ask('/private/echo', { method: 'POST', body: 'x'.repeat(65_537) })).status).toBe(413)
})

it('shows every name as text', async () => {
  const { ask } = await site({ name: `<script>alert("x")</script>'&` })
  const { body } = await ask('/private', { headers: HTML })
  expect(body).not.toContain('<script')
  expect(body).toContain('Hello, &lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&#39;&amp;!')
})

it('shows as its own address only what can be one', async () => {
  const { port } = await site()
  const shown = async (host: string) => {
    const asked = request({ host: '127.0.0.1', port, headers: { host, connection: 'close' } }).end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    return /curl --digest -u NAME (.*)\/private\n/.exec(await text(answer))?.[1]
  }
  expect(await shown('site.example:8080')).toBe('http://site.example:8080')
  expect(await shown('[::1]:8080')).toBe('http://[::1]:8080')
  for (const host of ['x"; rm -rf ~; "', '$(id)', '`id`', 'a b', "'", '<b>', 'x/../y', 'user@host', ' ']) {
    expect(await shown(host), host).toBe(`http://127.0.0.1:${port}`)
  }
})

it('forbids scripts, frames, foreign content and guessing of types on every answer', async () => {
  const { ask } = await site({
    handler: (request, _response, next) => next(request.path === '/bad' ? new Error('x') : undefined),
  })
  for (const path of ['/', '/site.css', '/gate.svg', '/private', '/private/whoami', '/private/bad', '/nowhere']) {
    const { headers } = await ask(path)
    expect(headers.get('content-security-policy'), path).toBe(
      "default-src 'none';style-src 'self';img-src 'self';base-uri 'none';form-action 'none';frame-ancestors 'none'",
    )
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('x-powered-by')).toBeNull()
    expect(headers.get('set-cookie')).toBeNull()
  }
})

it('lets nobody keep a private page, nor a problem', async () => {
  const { ask } = await site()
  for (const path of ['/private', '/private/whoami', '/private/nowhere', '/nowhere']) {
    expect((await ask(path)).headers.get('cache-control'), path).toBe('no-store')
  }
  expect((await ask('/site.css')).headers.get('cache-control')).toBe('public, max-age=3600')
})

it('asks the gate about everything under /private, whatever is there', async () => {
  const { ask } = await site({ handler: (_request, response) => void response.status(401).end() })
  for (const path of [
    '/private',
    '/private/',
    '/private/whoami',
    '/private/nowhere',
    '/PRIVATE',
    '/private/%2e',
    '//private',
  ]) {
    expect([path, (await ask(path)).status]).toEqual([path, path.startsWith('//') ? 404 : 401])
  }
  for (const path of ['/', '/privateer', '/site.css']) expect((await ask(path)).status).not.toBe(401)
})

it('says what else would do, where a method does not', async () => {
  const { ask } = await site()
  for (const [path, method, allow] of [
    ['/', 'POST', 'GET, HEAD'],
    ['/site.css', 'DELETE', 'GET, HEAD'],
    ['/private', 'PUT', 'GET, HEAD'],
    ['/private/whoami', 'POST', 'GET, HEAD'],
    ['/private/echo', 'GET', 'POST'],
  ] as const) {
    const { status, headers } = await ask(path, { method })
    expect([path, status, headers.get('allow')]).toEqual([path, 405, allow])
  }
  expect(await ask('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' })
})

it('tells the client whose fault it was, and the log what it was, and neither a secret', async () => {
  const handler: RequestHandler = ({ path }, _response, next) =>
    next(
      Object.assign(new Error('CANARY'), {
        code: 'ESOMETHING',
        ...(path === '/theirs' ? { status: 400 } : { status: 599 }),
      }),
    )
  const { ask, logged } = await site({ handler })
  expect(await ask('/private/theirs')).toMatchObject({ status: 400, body: expect.stringContaining('400 Bad Request') })
  expect(logged).toEqual([])
  for (const headers of [{}, HTML]) {
    const { status, body } = await ask('/private/ours?secret=CANARY', { headers })
    expect(status).toBe(500)
    expect(body).not.toContain('CANARY')
  }
  expect(logged).toEqual(
    Array.from({ length: 2 }, () => ({
      event: 'request',
      error: expect.any(Error),
      method: 'GET',
      path: '/private/ours',
    })),
  )
})

it('answers an address that cannot be decoded', async () => {
  const { ask } = await site()
  expect((await ask('/%ff')).status).toBe(404)
  expect((await ask('/private/%')).status).toBe(404)
})

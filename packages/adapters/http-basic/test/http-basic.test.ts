import { once } from 'node:events'
import { createServer, type Server, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { memoryChecker } from '@gatewright/checker-memory'
import type { RequestView } from '@gatewright/http-login'
import { createPortal } from '@gatewright/portal'
import express from 'express'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { type HttpBasicOptions, httpBasic } from '../src/index.ts'
import { parseBasic } from '../src/parse-basic.ts'

const portal = createPortal({
  realm: { member: (id) => ({ id }), editor: (id) => (id === 'ada' ? { id } : undefined) },
  checkers: [memoryChecker({ ada: 'sesame', Jürgen: 'a:b:c', bob: ':' })],
})
type Avatars = { member: { id: string }; editor: { id: string } }

const base64 = (bytes: string | Uint8Array) => Buffer.from(bytes as string).toString('base64')
const header = (user: string) => `Basic ${base64(user)}`

function ask(
  authorization: string | undefined,
  request: Partial<RequestView> & { proto?: string } = {},
  options: Partial<HttpBasicOptions<Avatars, 'member'>> = {},
) {
  const login = httpBasic({ portal, avatar: 'member', realm: 'club', ...options })
  return login.authenticate({
    method: 'GET',
    target: '/',
    peer: { address: '192.0.2.7' },
    encrypted: true,
    header: (name) =>
      name === 'authorization' ? authorization : name === 'x-forwarded-proto' ? request.proto : undefined,
    ...request,
  })
}

const codeOf = (answer: Awaited<ReturnType<typeof ask>>) => (answer.admitted ? answer.login.id : answer.code)

describe('a name and a password are read', () => {
  it.each([
    ['in ASCII', header('ada:sesame'), 'ada'],
    ['in UTF-8, with colons in the password', header('Jürgen:a:b:c'), 'Jürgen'],
    ['not composed', header('Ju\u0308rgen:a:b:c'), 'Jürgen'],
    ['with a colon for a password', header('bob::'), 'bob'],
    ['whatever the letter case of the scheme', header('ada:sesame').replace('Basic', 'bASIC'), 'ada'],
  ])('%s', async (_how, authorization, id) => expect(codeOf(await ask(authorization))).toBe(id))
})

describe('what people get wrong is told in words that help', () => {
  it('an option that there is not: by the function that was called, with all that it takes', () => {
    const make = () => httpBasic({ portal, avatar: 'member', realm: 'club', trustproxy: 1 } as never)
    expect(make).toThrow("httpBasic has no option 'trustproxy'")
    expect(make).toThrow(expect.objectContaining({ hint: expect.stringMatching(/ trustProxy,.* allowPlaintext\.$/) }))
    expect(() => httpBasic({ portal, avatar: 'member', realm: 'club', schemes: [] } as never)).toThrow(/'schemes'/)
  })

  it('a link that is not encrypted', async () => {
    const answer = await ask(header('ada:sesame'), { encrypted: false })
    expect(answer).toMatchObject({ code: 403, message: 'Logging in takes an encrypted connection: use HTTPS.' })
  })
})

describe('whatever is wrong, nobody comes in', () => {
  it.each<[string, string | undefined, number]>([
    ['nothing', undefined, 401],
    ['a wrong password', header('ada:wrong'), 401],
    ['no password', header('ada:'), 401],
    ['no name', header(':sesame'), 401],
    ['nothing but a colon', header(':'), 401],
    ['nobody we know', header('eve:sesame'), 401],
    ['another letter case', header('Ada:sesame'), 401],
    ['a name of the prototype', header('__proto__:sesame'), 401],
    ['no colon', header('ada'), 400],
    ['no token', 'Basic', 400],
    ['an empty token', 'Basic ', 400],
    ['no padding', header('ada:sesame').replace(/=+$/, ''), 400],
    ['too much padding', `${header('ada:sesame')}==`, 400],
    ['padding in the middle', `Basic YWRh=nNlc2FtZQ`, 400],
    ['bits behind the end', 'Basic YWRhOnNlc2FtZR==', 400],
    ['spaces in it', header('ada:sesame').replace('YWRh', 'YW Rh'), 400],
    ['a space behind it', `${header('ada:sesame')} `, 400],
    ['junk in it', header('ada:sesame').replace('YWRh', 'YW!!Rh'), 400],
    ['the alphabet of URLs', `Basic ${Buffer.from('ada:\u00ff\u00fe\u00fb').toString('base64url')}`, 400],
    ['no UTF-8', `Basic ${base64(Buffer.from('ada:s\xe9same', 'latin1'))}`, 400],
    ['an overlong form', `Basic ${base64(Buffer.from([0xc1, 0xa1, 0x3a, 0x78]))}`, 400],
    ['half a surrogate', `Basic ${base64(Buffer.from([0x61, 0x3a, 0xed, 0xa0, 0x80]))}`, 400],
    ['a NUL', header('ada\0:sesame'), 400],
    ['a NUL in the password', header('ada:ses\0ame'), 400],
    ['a line end', header('ada:sesame\r\n'), 400],
    ['a DEL', header('ada:\u007f'), 400],
    ['a control character of C1', header('ada:\u0085'), 400],
    ['a byte order mark', header('\ufeffada:sesame'), 401],
    ['a longer token than is read', header(`ada:${'x'.repeat(1_536)}`), 400],
    ['a longer password than anybody has', header(`ada:${'x'.repeat(1_100)}`), 401],
    ['two headers', `${header('ada:sesame')}, ${header('ada:sesame')}`, 400],
    ['parameters', 'Basic username="ada"', 400],
    ['another scheme', header('ada:sesame').replace('Basic', 'Digest'), 401],
  ])('%s', async (_what, authorization, code) => {
    const answer = await ask(authorization)
    expect(codeOf(answer)).toBe(code)
    const challenges = answer.headers.filter(([name]) => name === 'WWW-Authenticate').map(([, value]) => value)
    expect(challenges).toEqual(code === 401 ? ['Basic realm="club", charset="UTF-8"'] : [])
  })

  it('who has no such avatar', async () => {
    const login = httpBasic({ portal, avatar: 'editor', realm: 'club' })
    const request = {
      method: 'GET',
      target: '/',
      encrypted: true,
      header: (name: string) => (name === 'authorization' ? header('bob::') : undefined),
    }
    expect(await login.authenticate(request)).toMatchObject({ admitted: false, code: 403 })
  })

  it('whatever bytes there are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const read = parseBasic(base64(bytes))
        if (read) expect(Buffer.from(`${read.username}:${read.password}`).equals(Buffer.from(bytes))).toBe(true)
      }),
      { numRuns: 20_000, seed: 7617 },
    )
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (token) => {
        const read = parseBasic(token)
        if (read) expect(base64(`${read.username}:${read.password}`)).toBe(token)
      }),
      { numRuns: 20_000, seed: 7618 },
    )
  })
})

describe('a password that others can read on its way', () => {
  const plain = { encrypted: false }
  it.each<[string, Parameters<typeof ask>[1], Parameters<typeof ask>[2], string | number]>([
    ['is neither asked for nor taken', plain, {}, 403],
    ['is taken when that is permitted', plain, { allowPlaintext: true }, 'ada'],
    ['is not there on this machine', { ...plain, peer: { address: '127.0.0.1' } }, {}, 'ada'],
    ['is there behind a proxy on this machine', { ...plain, peer: { address: '127.0.0.1' }, proto: 'https' }, {}, 403],
    ['is not there behind a proxy that is trusted and says so', { ...plain, proto: 'https' }, { trustProxy: 1 }, 'ada'],
    ['is there behind a proxy that is trusted and says so', { ...plain, proto: 'http' }, { trustProxy: 1 }, 403],
    ['is there when a stranger says that it is not', { ...plain, proto: 'https' }, { trustProxy: ['10.0.0.1'] }, 403],
  ])('%s', async (_what, request, options, expected) => {
    const answer = await ask(header('ada:sesame'), request, options)
    expect(codeOf(answer)).toBe(expected)
    expect(codeOf(await ask(undefined, request, options))).toBe(expected === 403 ? 403 : 401)
  })
})

describe('on a server', () => {
  let server: Server | undefined
  afterEach(() => (server?.closeAllConnections(), server?.close()))

  it('of Express, behind a mount point', async () => {
    const login = httpBasic({ portal, avatar: 'member', realm: 'club' })
    const app = express().use('/in', login, (req, res) => void res.send(login.avatarOf(req).id))
    server = createServer(app).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const say = async (authorization?: string | string[]) => {
      const headers = authorization === undefined ? {} : { authorization: authorization as string }
      const req = send({ port, host: '127.0.0.1', path: '/in/x', agent: false, headers }).end()
      const [res] = await once(req, 'response')
      return [res.statusCode, await text(res)]
    }
    expect(await say(header('ada:sesame'))).toEqual([200, 'ada'])
    expect(await say(header('ada:x'))).toEqual([401, 'Log in to see this.\n'])
    expect(await say([header('ada:sesame'), header('ada:sesame')])).toEqual([
      400,
      'The Authorization header cannot be understood.\n',
    ])
  })
})

describe('what is wrong is found when the server starts', () => {
  it.each<[string, object, RegExp]>([
    ['an unknown option', { relm: 'x' }, /no option 'relm'/],
    ['no realm', { realm: undefined }, /realm/],
    ['a realm with a line end', { realm: 'a\nb' }, /realm/],
    ['a permission that is none', { allowPlaintext: 'yes' }, /allowPlaintext/],
    ['no avatar', { avatar: [] }, /no avatar/],
  ])('%s', (_what, wrong, words) => {
    expect(() => httpBasic({ portal, avatar: 'member', realm: 'club', ...wrong } as never)).toThrow(words)
  })
})

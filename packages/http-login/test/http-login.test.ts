import { once } from 'node:events'
import { request as sendRequest } from 'node:http'
import { type ClientHttp2Session, connect, createServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type AttemptOptions, accept, type Checker } from '@gatewright/portal'
import { describe, expect, it, vi } from 'vitest'
import { type Denial, type HttpScheme, httpLogin, type NodeMessage, type NodeResponse } from '../src/index.ts'
import { ask, atEnd, listen, plainScheme, rig } from './rig.ts'

describe('a request', () => {
  it('that is let in has an avatar, until its response is closed', async () => {
    const { login, guests } = rig()
    const port = await listen((req, res) =>
      login(req, res, () => res.end(`${login.avatarOf(req).id} ${login.loginOf(req).as}`)),
    )
    expect(await ask(port, 'Plain ada:pass')).toMatchObject({ status: 200, body: 'ada member' })
    await expect.poll(() => guests.map(({ logouts }) => logouts)).toEqual([1])
  })

  it.each<[string, string | string[] | undefined, number]>([
    ['without credentials', undefined, 401],
    ['with an empty header', '', 401],
    ['with wrong credentials', 'Plain ada:wrong', 401],
    ['with credentials that nobody can have', 'Plain :pass', 401],
    ['with what breaks the grammar', 'Plain ada', 400],
    ['with a scheme that nobody offers', 'Bearer ada:pass', 401],
    ['with a scheme in another letter case', 'pLAIN ada:pass', 200],
    ['with a tab behind the scheme', 'Plain\tada:pass', 200],
    ['with several spaces behind the scheme', 'Plain   ada:pass', 200],
    ['with a longer header than is read', `Plain ada:${'x'.repeat(200)}`, 400],
    ['with two headers', ['Plain ada:pass', 'Plain ada:pass'], 401],
  ])('%s', async (_what, authorization, status) => {
    const { login, guests } = rig({ maxHeaderLength: 200 })
    const port = await listen((req, res) => login(req, res, () => res.end('in')))
    const got = await ask(port, authorization)
    expect(got.status).toBe(status)
    expect(got.body).toBe(
      { 200: 'in', 400: 'The Authorization header cannot be understood.\n', 401: 'Log in to see this.\n' }[status],
    )
    expect(got.headers['www-authenticate']).toBe(status === 401 ? 'Plain' : undefined)
    expect(guests).toHaveLength(status === 200 ? 1 : 0)
  })

  it('that comes by HTTP/2 is let in and out like any other', async () => {
    const { login, guests } = rig()
    const server = createServer((req, res) => {
      const [one, two] = [req, res] as unknown as [NodeMessage, NodeResponse]
      login(one, two, () => res.end(login.avatarOf(one).id))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const client: ClientHttp2Session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    atEnd(() => {
      client.destroy()
      server.close()
    })
    const ask = async (headers: Record<string, string>) => {
      const stream = client.request({ ':path': '/x', ...headers })
      const [answered] = await once(stream, 'response')
      return [answered[':status'], await text(stream)]
    }
    expect(await ask({})).toEqual([401, 'Log in to see this.\n'])
    expect(await ask({ authorization: 'Plain ada:pass' })).toEqual([200, 'ada'])
    await expect.poll(() => guests.map(({ logouts }) => logouts)).toEqual([1])
  })

  it('tells the portal where it comes from', async () => {
    const attempts: AttemptOptions[] = []
    const checker: Checker<'password'> = {
      name: 'curious',
      accepts: ['password'],
      check: ({ username }, { protocol, peer, secure, signal }) => {
        attempts.push({
          protocol,
          ...(peer === undefined ? {} : { peer }),
          ...(secure === undefined ? {} : { secure }),
          signal,
        })
        return accept(username)
      },
    }
    const { login } = rig({ checkers: [checker] })
    const port = await listen((req, res) => login(req, res, () => res.end()))
    await ask(port, 'Plain ada:pass')
    expect(attempts).toMatchObject([
      { protocol: 'http-plain', peer: { address: '127.0.0.1' }, secure: true, signal: expect.any(AbortSignal) },
    ])
  })

  it('whose client leaves while it is decided gets no avatar, and no answer', async () => {
    let asked: () => void = () => undefined
    let decide: () => void = () => undefined
    const waiting = new Promise<void>((resolve) => (asked = resolve))
    const slow: Checker<'password'> = {
      name: 'slow',
      accepts: ['password'],
      check: ({ username }) => new Promise((resolve) => ((decide = () => resolve(accept(username))), asked())),
    }
    const { login, guests, errors } = rig({ checkers: [slow] })
    const next = vi.fn()
    const closed = Promise.withResolvers<void>()
    const port = await listen((req, res) => (res.once('close', () => closed.resolve()), login(req, res, next)))
    const req = sendRequest({ port, host: '127.0.0.1', headers: { authorization: 'Plain ada:pass' } })
    req.on('error', () => undefined).end()
    await waiting
    req.destroy()
    await closed.promise
    decide()
    await new Promise((resolve) => setImmediate(resolve))
    expect({ guests, errors, calls: next.mock.calls }).toEqual({ guests: [], errors: [], calls: [] })
  })
})

describe('what breaks on this side', () => {
  it('in a logout is reported', async () => {
    const { login, guests, errors } = rig()
    const port = await listen((req, res) =>
      login(req, res, () => ((login.avatarOf(req).trouble = new Error('no exit')), res.end('in'))),
    )
    expect((await ask(port, 'Plain ada:pass')).status).toBe(200)
    await expect.poll(() => errors).toMatchObject([{ message: 'no exit' }])
    expect(guests).toHaveLength(1)
  })

  it('in a rule goes to next, and the avatar is logged out', async () => {
    const { login, guests } = rig()
    const room = login.with({
      avatar: 'member',
      permit: () => {
        throw new Error('no rule')
      },
    })
    let error: unknown
    const port = await listen((req, res) => room(req, res, (thrown) => ((error = thrown), res.writeHead(500).end())))
    expect((await ask(port, 'Plain ada:pass')).status).toBe(500)
    expect(error).toMatchObject({ message: 'no rule' })
    expect(guests.map(({ logouts }) => logouts)).toEqual([1])
  })

  it.each([1, 'yes', {}, undefined, Promise.resolve(true)])('in a rule that answers %s is no', async (answer) => {
    const { login, guests } = rig()
    const room = login.with({ avatar: 'member', permit: () => answer as boolean })
    const port = await listen((req, res) => room(req, res, () => res.end('in')))
    expect((await ask(port, 'Plain ada:pass')).status).toBe(403)
    expect(guests.map(({ logouts }) => logouts)).toEqual([1])
  })

  it('in a checker is 503, told to onError, or a process warning', async () => {
    const broken: Checker<'password'> = {
      name: 'broken',
      accepts: ['password'],
      check: () => Promise.reject(new Error('down')),
    }
    const { login, errors } = rig({ checkers: [broken] })
    const port = await listen((req, res) => login(req, res, () => res.end('in')))
    expect(await ask(port, 'Plain ada:pass')).toMatchObject({ status: 503, headers: { 'retry-after': '5' } })
    expect(errors).toMatchObject([{ code: 'CHECKER_UNAVAILABLE' }])

    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const { login: silent } = rig({
      checkers: [broken],
      onError: () => {
        throw new Error('no log')
      },
    })
    const other = await listen((req, res) => silent(req, res, () => res.end('in')))
    expect((await ask(other, 'Plain ada:pass')).status).toBe(503)
    expect(warned).toHaveBeenCalledWith(
      expect.stringContaining('no log'),
      expect.objectContaining({ code: 'GATEWRIGHT_HTTP' }),
    )
    warned.mockRestore()
  })

  it('in an observer of attacks harms nobody', async () => {
    const odd: HttpScheme = {
      ...plainScheme,
      read: () => ({ code: 400, reason: 'x', attack: { attack: 'replay', detail: 'y'.repeat(500) } }),
    }
    const heard: unknown[] = []
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const { login } = rig({
      schemes: [odd],
      observers: [
        () => {
          throw new Error('deaf')
        },
        (event) => heard.push(event),
      ],
    })
    const port = await listen((req, res) => login(req, res, () => res.end('in')))
    expect((await ask(port, 'Plain x', { path: `/${'z'.repeat(500)}` })).status).toBe(400)
    expect(heard).toMatchObject([{ attack: 'replay', detail: 'y'.repeat(200), target: `/${'z'.repeat(199)}` }])
    expect(warned).toHaveBeenCalledTimes(1)
    warned.mockRestore()
  })

  it('in a scheme, later, is 503', async () => {
    const odd: HttpScheme = { ...plainScheme, read: () => Promise.reject(new Error('no index')) }
    const { login, errors } = rig({ schemes: [odd] })
    const port = await listen((req, res) => login(req, res, () => res.end('in')))
    expect((await ask(port, 'Plain x')).status).toBe(503)
    expect(errors).toMatchObject([{ message: 'no index' }])
  })

  it('in a scheme, at once, goes to next: it is a bug', async () => {
    const odd: HttpScheme = {
      ...plainScheme,
      read: () => {
        throw new TypeError('bug')
      },
    }
    const { login } = rig({ schemes: [odd] })
    const port = await listen((req, res) =>
      login(req, res, (error) => res.writeHead(error === undefined ? 200 : 500).end()),
    )
    expect((await ask(port, 'Plain x')).status).toBe(500)
  })
})

describe('a denial', () => {
  it('can be put in other words', async () => {
    const deny = ({ code, message }: Denial, req: NodeMessage, res: NodeResponse) =>
      void res.end(`${code} ${req.url} ${message}`)
    const { login } = rig({ deny })
    const port = await listen((req, res) => login(req, res, () => res.end('in')))
    expect(await ask(port, undefined, { path: '/x' })).toMatchObject({
      status: 401,
      body: '401 /x Log in to see this.',
      headers: { 'www-authenticate': 'Plain' },
    })
  })

  it('says nothing when somebody else has answered', async () => {
    const { login } = rig()
    const port = await listen((req, res) => (res.end('mine'), login(req, res, () => undefined)))
    expect(await ask(port)).toMatchObject({ status: 200, body: 'mine' })
  })

  it('is 403 where no scheme may be used', async () => {
    const { login } = rig({ schemes: [{ ...plainScheme, challenges: () => [] }] })
    const port = await listen((req, res) => login(req, res, () => res.end('in')))
    expect(await ask(port)).toMatchObject({ status: 403, body: 'This is not for you.\n' })
  })

  it('has no body for HEAD', async () => {
    const { login } = rig()
    const port = await listen((req, res) => login(req, res, () => res.end('in')))
    expect(await ask(port, undefined, { method: 'HEAD' })).toMatchObject({ status: 401, body: '' })
  })
})

describe('several schemes', () => {
  const other: HttpScheme = { ...plainScheme, name: 'Other', challenges: () => ['Other a=1', 'Other a=2'] }

  it('are offered in their order, one line each, and the client chooses', async () => {
    const { login } = rig({ schemes: [other, plainScheme] })
    const port = await listen((req, res) => {
      res.setHeader('Cache-Control', 'private')
      login(req, res, () => res.end('in'))
    })
    expect((await ask(port)).headers['www-authenticate']).toBe('Other a=1, Other a=2, Plain')
    expect((await ask(port, 'other ada:pass')).status).toBe(200)
    expect((await ask(port, 'plain ada:pass')).status).toBe(200)
  })
})

describe('several doors', () => {
  it('read the header of one request each for itself, though their schemes have one name', async () => {
    const { login: first } = rig()
    const deaf: HttpScheme = { ...plainScheme, read: () => ({ code: 401, reason: 'not for this door' }) }
    const { login: second, guests } = rig({ schemes: [deaf] })
    const port = await listen((req, res) => first(req, res, () => second(req, res, () => res.end('in'))))
    expect((await ask(port, 'Plain ada:pass')).status).toBe(401)
    expect(guests).toEqual([])
  })
})

describe('what is wrong is found when the server starts', () => {
  const portal = { login: () => undefined, accepts: ['password'] }
  const sound = { portal, avatar: 'member', schemes: [plainScheme] }
  it.each<[string, object, RegExp]>([
    ['an unknown option', { avtar: 'x' }, /no option 'avtar'/],
    ['no scheme', { schemes: [] }, /no scheme/],
    ['two schemes of one name', { schemes: [plainScheme, { ...plainScheme, name: 'PLAIN' }] }, /two schemes/],
    [
      'a scheme that no checker is for',
      { schemes: [{ ...plainScheme, presents: 'digest' }] },
      /no checker of the portal accepts/,
    ],
    ['no portal', { portal: undefined }, /createPortal/],
    ['no avatar', { avatar: undefined }, /no avatar/],
    ['a length of nothing', { maxHeaderLength: 0 }, /maxHeaderLength/],
    ['a deny that is none', { deny: 'no' }, /deny/],
    ['an onError that is none', { onError: 'log' }, /onError/],
    ['observers that are none', { observers: ['log'] }, /observers/],
    ['a permit that is none', { permit: 'ada' }, /permit/],
  ])('%s', (_what, wrong, words) => {
    const make = () => httpLogin({ ...sound, ...wrong } as never)
    expect(make).toThrow(words)
    expect(make).toThrow(expect.objectContaining({ name: 'HttpLoginError', code: 'BAD_CONFIGURATION' }))
  })

  it('and whose readable passwords are not kept for Digest is told how', () => {
    const make = () => httpLogin({ ...sound, schemes: [{ ...plainScheme, presents: 'digest' }] } as never)
    expect(make).toThrow(expect.objectContaining({ hint: expect.stringContaining('digest: true') }))
  })

  it('and of another resource, when that is made', () => {
    const { login } = rig()
    expect(() => login.with({ avatar: [] })).toThrow(/no avatar/)
  })
})

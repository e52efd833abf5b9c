import { once } from 'node:events'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import { type AddressInfo, connect } from 'node:net'
import { createPortal, password } from '@gatewright/portal'
import { describe, expect, it, vi } from 'vitest'
import {
  type Header,
  HttpLoginError,
  type HttpScheme,
  httpLogin,
  type NodeMessage,
  type NodeResponse,
} from '../src/index.ts'
import { ask, atEnd, listen, passChecker, plainScheme, rig } from './rig.ts'

/** What was tried against this door, and once worked. A promise that nobody awaits fails the run. */

const turn = () => new Promise<void>((done) => setImmediate(done))

/** Lets everybody in who has an account, with these header fields. */
const informing = (admitted: () => readonly Header[]): HttpScheme => ({
  ...plainScheme,
  read: () => ({ credential: password('ada', 'pass'), admitted }),
})

describe('who was let in is let out', () => {
  it('although the response was begun, and takes no more headers', async () => {
    const { login, guests } = rig({ schemes: [informing(() => [['X-In', 'yes']])] })
    let told: unknown
    const port = await listen((req, res) => {
      res.write('begun, ')
      login(req, res, (error) => ((told = error), res.end('and ended')))
    })
    expect((await ask(port, 'Plain ada:pass')).body).toBe('begun, and ended')
    expect(told).toMatchObject({ code: 'ERR_HTTP_HEADERS_SENT' })
    await expect.poll(() => guests.map(({ logouts }) => logouts)).toEqual([1])
  })

  it('although somebody else has answered while it was decided', async () => {
    const { login, guests } = rig()
    const next = vi.fn()
    const port = await listen((req, res) => {
      res.once('close', () => login(req, res, next))
      res.end('mine')
    })
    expect((await ask(port, 'Plain ada:pass')).body).toBe('mine')
    await expect.poll(() => guests.map(({ logouts }) => logouts)).toEqual([1])
    expect(next).not.toHaveBeenCalled()
  })

  it('although its scheme finds no headers for it', async () => {
    const admitted = () => {
      throw new Error('no clock')
    }
    const { login, guests } = rig({ schemes: [informing(admitted)] })
    let told: unknown
    const port = await listen((req, res) => login(req, res, (error) => ((told = error), res.end())))
    await ask(port, 'Plain ada:pass')
    expect(told).toMatchObject({ message: 'no clock' })
    expect(guests.map(({ logouts }) => logouts)).toEqual([1])
  })

  it.each(['', ', and Node tells it nothing'])(
    'although its answer waits behind others of its connection, when that is closed%s',
    async (deaf) => {
      const { login, guests, errors } = rig()
      const all = Promise.withResolvers<void>()
      let served = 0
      const port = await listen((req, res) => {
        // As in Node 22, for a response that has no socket yet.
        if (deaf !== '' && res.socket === null) vi.spyOn(res, 'emit').mockReturnValue(false)
        login(req, res, () => {
          login.avatarOf(req).trouble = new Error('no exit')
          if (++served === 3) all.resolve()
        })
      })
      const client = connect(port, '127.0.0.1')
      client.write('GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Plain ada:pass\r\n\r\n'.repeat(3))
      await all.promise
      expect(guests.map(({ logouts }) => logouts)).toEqual([0, 0, 0])
      client.destroy()
      await expect.poll(() => errors).toHaveLength(3)
      await turn()
      expect({ logouts: guests.map(({ logouts }) => logouts), told: errors.length }).toEqual({
        logouts: [1, 1, 1],
        told: 3,
      })
    },
  )

  it.each(['the stream', 'the session'])('or not let in at all, when it has left %s of HTTP/2 before', async (what) => {
    const { login, guests } = rig()
    const next = vi.fn()
    const left = Promise.withResolvers<void>()
    const server = createHttp2Server((req, res) => {
      const [one, two] = [req, res] as unknown as [NodeMessage, NodeResponse]
      req.stream.once('close', () => (login(one, two, next), left.resolve()))
      res.write('begun')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const client = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    atEnd(() => (client.destroy(), server.close()))
    const stream = client.request({ ':path': '/', authorization: 'Plain ada:pass' }).on('error', () => undefined)
    await once(stream, 'response')
    if (what === 'the stream') stream.close(8)
    else client.destroy()
    await left.promise
    await turn()
    expect({ guests, calls: next.mock.calls }).toEqual({ guests: [], calls: [] })
  })
})

describe('nothing that the application throws ends the process', () => {
  const thrower = () => {
    throw new Error('at once')
  }
  const rejecter = () => Promise.reject(new Error('later'))

  it.each([
    ['at once', thrower],
    ['later', rejecter],
  ])('in other words for a denial, %s: it goes to next', async (when, deny) => {
    const { login } = rig({ deny })
    let told: unknown
    const port = await listen((req, res) => login(req, res, (error) => ((told = error), res.end())))
    expect((await ask(port)).status).toBe(401)
    expect(told).toMatchObject({ message: when })
  })

  it('in an async rule: it is told, and nobody is let in', async () => {
    const { login, guests, errors } = rig({ permit: rejecter as never })
    const port = await listen((req, res) => login(req, res, () => res.end('in')))
    expect((await ask(port, 'Plain ada:pass')).status).toBe(403)
    expect(errors).toMatchObject([{ message: 'later' }])
    expect(guests.map(({ logouts }) => logouts)).toEqual([1])
  })

  it('in an async onError, and in an async observer: it becomes a warning, on one line', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const lost = () => Promise.reject(new Error('two\nlines'))
    const attacked: HttpScheme = {
      ...plainScheme,
      read: () => Promise.resolve({ code: 401, reason: 'x', attack: { attack: 'replay' } }),
    }
    const broken: HttpScheme = { ...plainScheme, name: 'Broken', read: () => Promise.reject(new Error('no index')) }
    const { login } = rig({ schemes: [attacked, broken], onError: lost as () => void, observers: [lost as () => void] })
    const port = await listen((req, res) => login(req, res, () => res.end('in')))
    expect((await ask(port, 'Plain x')).status).toBe(401)
    expect((await ask(port, 'Broken x')).status).toBe(503)
    expect(warned.mock.calls.map(([words]) => words)).toEqual([
      'an observer of HTTP attacks failed: "two\\nlines"',
      'an HTTP login failed on this side: "two\\nlines"',
    ])
    warned.mockRestore()
  })

  it('with what to do about it, and never what others have said', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const secret = new Error('SECRET')
    const cause = new HttpLoginError('BODY_UNREADABLE', 'there is no file', { cause: secret, hint: 'Make it.' })
    const broken: HttpScheme = {
      ...plainScheme,
      read: () => Promise.reject(new HttpLoginError('BODY_UNREADABLE', 'down', { cause, hint: 'Look there.' })),
    }
    const portal = createPortal({ realm: { member: (id) => ({ id }) }, checkers: [passChecker] })
    const login = httpLogin({ portal, avatar: 'member', schemes: [broken] })
    const port = await listen((req, res) => login(req, res, () => res.end('in')))
    expect((await ask(port, 'Plain x')).status).toBe(503)
    const advice = /hint: Look there\.\ncause: there is no file\nhint: Make it\.$/
    expect(warned.mock.calls).toMatchObject([[expect.any(String), { detail: expect.stringMatching(advice) }]])
    expect(JSON.stringify(warned.mock.calls)).not.toContain('SECRET')
    warned.mockRestore()
  })

  it('when what it throws does not bear to be printed', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const bare: unknown = Object.create(null)
    const odd: HttpScheme = { ...plainScheme, read: () => Promise.reject(bare) }
    const { login } = rig({ schemes: [odd], onError: (() => Promise.reject(bare)) as () => void })
    const port = await listen((req, res) => login(req, res, () => res.end('in')))
    expect((await ask(port, 'Plain x')).status).toBe(503)
    expect(warned).toHaveBeenCalledTimes(1)
    warned.mockRestore()
  })
})

describe('requests of odd kinds', () => {
  /** The statuses of what a connection answers to these octets. */
  async function say(port: number, octets: string, answers: number): Promise<string[]> {
    const client = connect(port, '127.0.0.1')
    atEnd(() => client.destroy())
    let got = ''
    client.setEncoding('latin1').on('data', (piece: string) => (got += piece))
    client.write(octets)
    const statuses = () => [...got.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status as string)
    await expect.poll(() => statuses().length).toBe(answers)
    return statuses()
  }
  const right = 'Authorization: Plain ada:pass\r\n'

  it.each<[string, string, string[]]>([
    ['HTTP/1.0', `GET / HTTP/1.0\r\n${right}\r\n`, ['200']],
    ['OPTIONS *', `OPTIONS * HTTP/1.1\r\nHost: x\r\n${right}\r\n`, ['200']],
    [
      'credentials in a trailer',
      `POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n${right}\r\n`,
      ['401'],
    ],
    ['credentials on a folded line', 'GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Plain\r\n ada:pass\r\n\r\n', ['400']],
    ['credentials for a proxy', 'GET / HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Plain ada:pass\r\n\r\n', ['401']],
    [
      'three in one packet, of which the second says nothing of itself',
      [right, '', right].map((field) => `GET / HTTP/1.1\r\nHost: x\r\n${field}\r\n`).join(''),
      ['200', '401', '200'],
    ],
  ])('%s', async (_what, octets, statuses) => {
    const { login } = rig()
    const port = await listen((req, res) => login(req, res, () => res.end('in')))
    expect(await say(port, octets, statuses.length)).toEqual(statuses)
  })

  it('one that passes the same login twice at once is let in and out twice', async () => {
    const { login, guests } = rig()
    let passed = 0
    const port = await listen((req, res) => {
      const next = () => (++passed === 2 ? res.end('in') : undefined)
      login(req, res, next)
      login(req, res, next)
    })
    expect((await ask(port, 'Plain ada:pass')).body).toBe('in')
    await expect.poll(() => guests.map(({ logouts }) => logouts)).toEqual([1, 1])
  })
})

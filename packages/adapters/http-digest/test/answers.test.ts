import { type UserSource, userChecker } from '@gatewright/passwords'
import { createPortal, type Guard, PortalError } from '@gatewright/portal'
import { describe, expect, it, vi } from 'vitest'
import { type DigestAlgorithmName, HttpLoginError, httpDigest, userhashIndex } from '../src/index.ts'
import { answer, hash as digestOf, header, parametersOf } from './client.ts'
import { codeOf, isStale, rig, USERS, users } from './rig.ts'

const ALGORITHMS = ['SHA-256', 'SHA-256-sess', 'SHA-512-256', 'SHA-512-256-sess', 'MD5', 'MD5-sess'] as const

describe('a right answer is let in', () => {
  it.each(ALGORITHMS)('by %s, auth and auth-int', async (algorithm) => {
    const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const { send, challenge } = rig({ algorithms: [algorithm], qop: ['auth', 'auth-int'] })
    warnings.mockRestore()
    const body = Buffer.from('a body, \xff\0 and all', 'latin1')
    const post = { method: 'POST', body: async () => body }
    expect(codeOf(await send(answer(await challenge())))).toBe(200)
    expect(codeOf(await send(answer(await challenge(), { method: 'POST', qop: 'auth-int', body }), post))).toBe(200)
    const other = Buffer.concat([body, Buffer.from('!')])
    expect(codeOf(await send(answer(await challenge(), { method: 'POST', qop: 'auth-int', body: other }), post))).toBe(
      401,
    )
    // A body that is not there is an empty one.
    expect(codeOf(await send(answer(await challenge(), { qop: 'auth-int' })))).toBe(200)
  })

  it('by each of the offered algorithms, strongest first', async () => {
    const { send, challenges } = rig()
    const offered = await challenges()
    expect(offered.map(({ algorithm }) => algorithm)).toEqual(['SHA-256', 'SHA-512-256'])
    for (const challenge of offered)
      expect(
        codeOf(await send(answer(challenge, { nc: challenge.algorithm === 'SHA-256' ? '00000001' : '00000002' }))),
      ).toBe(200)
  })

  it.each(Object.keys(USERS))('whose name is %s', async (username) => {
    const { send, challenge } = rig()
    const got = await send(answer(await challenge(), { username, password: USERS[username] as string }))
    expect(got).toMatchObject({ admitted: true, login: { id: username } })
  })

  it('whose name comes extended', async () => {
    const { send, challenge } = rig()
    const { username: _plain, ...others } = parametersOf(await challenge(), {
      username: 'Jäsøn Doe',
      password: 'Secret, or not?',
    })
    const got = await send(header({ ...others, 'username*': "UTF-8''J%C3%A4s%c3%b8n%20Doe", userhash: 'false' }))
    expect(got).toMatchObject({ admitted: true, login: { id: 'Jäsøn Doe' } })
  })

  it('in a realm with quotes', async () => {
    const { send, challenge } = rig({ realm: 'the "club"\\' })
    expect(codeOf(await send(answer(await challenge())))).toBe(200)
  })

  it.each([
    ['with a query', '/private?b=1&a=%20+2', '/private?b=1&a=%20+2'],
    ['with what a decoder would change', '/x/%2e%2e/private;p', '/x/%2e%2e/private;p'],
    ['*', '*', '*'],
    ['in absolute form on both sides', 'http://club.example/private', 'http://club.example/private'],
    ['in absolute form, as the client said it to a proxy', 'http://club.example/private', '/private'],
    ['in absolute form, in another letter case', 'HTTP://CLUB.example/private', '/private'],
    ['in absolute form without a path', 'http://club.example', '/'],
    ['in absolute form with a query alone', 'http://club.example?x', '/?x'],
    ['in origin form, while the request is absolute', '/private', 'http://club.example/private'],
    ['with octets beyond ASCII', '/priv\u00c3\u00a4te', '/priv\u00c3\u00a4te'],
  ])('for a target %s', async (_how, uri, target) => {
    const { send, challenge } = rig()
    // A client hashes octets.
    const asked = await challenge()
    const parameters = parametersOf(asked, { uri })
    if (uri.includes('\u00c3')) {
      const a1 = digestOf('SHA-256', 'ada:club:sesame')
      const a2 = digestOf('SHA-256', Buffer.from(`GET:${uri}`, 'latin1'))
      parameters.response = `"${digestOf('SHA-256', `${a1}:${asked.nonce}:00000001:c0ffee:auth:${a2}`)}"`
    }
    expect(codeOf(await send(header(parameters), { target, headers: { host: 'club.example' } }))).toBe(200)
  })

  it('whose HA1 alone is stored, for the algorithms that it is stored for', async () => {
    const ha1 = [{ realm: 'club', algorithm: 'SHA-256', hash: digestOf('SHA-256', 'stored:club:sesame') }] as const
    const { send, challenges } = rig({ source: users({}, ha1) })
    const [first, second] = await challenges()
    expect(codeOf(await send(answer(second as never, { username: 'stored' })))).toBe(401)
    expect(codeOf(await send(answer(first as never, { username: 'stored' })))).toBe(200)
  })
})

describe('the server proves that it knows the password', () => {
  it.each(ALGORITHMS)('by %s', async (algorithm: DigestAlgorithmName) => {
    const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const { send, challenge } = rig({ algorithms: [algorithm] })
    warnings.mockRestore()
    const asked = await challenge()
    const got = await send(answer(asked, { cnonce: 'c"0\\ff' }).replace('cnonce="c"0\\ff"', 'cnonce="c\\"0\\\\ff"'))
    const info = got.headers.find(([name]) => name === 'Authentication-Info')?.[1]
    const h = (text: string) => digestOf(algorithm, text)
    const a1 = h('ada:club:sesame')
    const key = algorithm.endsWith('-sess') ? h(`${a1}:${asked.nonce}:c"0\\ff`) : a1
    const rspauth = h(`${key}:${asked.nonce}:00000001:c"0\\ff:auth:${h(':/private')}`)
    expect(info).toBe(`rspauth="${rspauth}", qop=auth, cnonce="c\\"0\\\\ff", nc=00000001`)
  })

  it('unless it is told not to', async () => {
    const { send, challenge } = rig({ authenticationInfo: false })
    expect((await send(answer(await challenge()))).headers).toEqual([])
  })

  it('and sends no next nonce to a session, whose key holds the first', async () => {
    const { send, challenge, clock } = rig({ algorithms: ['SHA-256-sess'] })
    const asked = await challenge()
    clock.now += 29 * 60_000
    expect(JSON.stringify((await send(answer(asked))).headers)).not.toContain('nextnonce')
  })
})

describe('a name can be hidden', () => {
  const names = () => Object.keys(USERS)

  it('by its hash', async () => {
    const { send, challenge } = rig({ userhash: userhashIndex({ realm: 'club', names }) })
    const asked = await challenge()
    expect(asked.userhash).toBe('true')
    const parameters = parametersOf(asked, { username: 'Jäsøn Doe', password: 'Secret, or not?' })
    const hidden = { ...parameters, username: `"${digestOf('SHA-256', 'Jäsøn Doe:club')}"`, userhash: 'true' }
    expect(await send(header(hidden))).toMatchObject({ admitted: true, login: { id: 'Jäsøn Doe' } })
    // The same answer under the name is the same answer.
    expect(codeOf(await send(header(parameters)))).toBe(401)
  })

  it('and a hash of nobody’s is answered like a name of nobody’s', async () => {
    const { send, challenge, settled } = rig({ userhash: userhashIndex({ realm: 'club', names }) })
    const parameters = parametersOf(await challenge(), { username: 'nobody' })
    const hidden = { ...parameters, username: `"${digestOf('SHA-256', 'nobody:club')}"`, userhash: 'true' }
    expect(codeOf(await send(header(hidden)))).toBe(401)
    expect(codeOf(await send(header(parameters)))).toBe(401)
    expect(settled).toEqual(['pass', 'pass'])
  })

  it('and is not looked for where hashes are not offered', async () => {
    const { send, challenge } = rig()
    const hidden = {
      ...parametersOf(await challenge()),
      username: `"${digestOf('SHA-256', 'ada:club')}"`,
      userhash: 'true',
    }
    expect(codeOf(await send(header(hidden)))).toBe(401)
  })

  it('and waiting for it tells nobody whether there is such a name', async () => {
    const read = Promise.withResolvers<string[]>()
    const index = userhashIndex({
      realm: 'club',
      names: () => (reads++ === 0 ? ['ada', 'eve'] : read.promise),
      now: () => now,
    })
    let reads = 0
    let now = 0
    const [ada, eve] = [digestOf('SHA-256', 'ada:club'), digestOf('SHA-256', 'eve:club')]
    expect(await index.find(ada)).toBe('ada')
    now = 10_000
    const found: unknown[] = []
    const all = [ada, eve, 'x'].map(async (one) => found.push(await index.find(one)))
    await new Promise((resolve) => setImmediate(resolve))
    expect(found).toEqual([])
    read.resolve(['ada'])
    await Promise.all(all)
    // Who is gone is nobody.
    expect(found).toEqual(['ada', undefined, undefined])
    expect(reads).toBe(2)
  })

  it('and names are asked for again after a while, but not each time', async () => {
    const known = ['ada']
    let reads = 0
    let now = 0
    const index = userhashIndex({ realm: 'club', names: () => (reads++, known), now: () => now })
    expect(await index.find(digestOf('SHA-256', 'ada:club'))).toBe('ada')
    known.push('eve')
    const eve = digestOf('MD5', 'eve:club')
    expect(await index.find(eve)).toBeUndefined()
    expect(reads).toBe(1)
    now = 10_000
    expect(await Promise.all([index.find(eve), index.find(eve), index.find('x')])).toEqual(['eve', 'eve', undefined])
    expect(reads).toBe(2)
  })

  it('and when names cannot be read, nobody is refused', async () => {
    const { send, challenge, errors, settled } = rig({
      userhash: userhashIndex({ realm: 'club', names: () => Promise.reject(new Error('no disk')) }),
    })
    const hidden = { ...parametersOf(await challenge()), username: '"abc"', userhash: 'true' }
    expect(codeOf(await send(header(hidden)))).toBe(503)
    expect(errors).toMatchObject([{ message: 'no disk' }])
    expect(settled).toEqual([])
  })
})

describe('what else a client is told', () => {
  const held: Guard = { admit: async () => ({ retryAfterMs: 2_500 }) }

  it('403 when the identity has no such avatar', async () => {
    const { login, challenge } = rig()
    const editor = login.with({ avatar: 'editor' })
    const header = answer(await challenge(), { username: 'bob', password: 'apple' })
    const request = {
      method: 'GET',
      target: '/private',
      header: (name: string) => (name === 'authorization' ? header : undefined),
    }
    expect(await editor.authenticate(request)).toMatchObject({ admitted: false, code: 403 })
  })

  it('429 when the guard holds it back, and when to come back', async () => {
    const { send, challenge } = rig({ guard: held })
    const got = await send(answer(await challenge()))
    expect(got).toMatchObject({ code: 429 })
    expect(got.headers).toContainEqual(['Retry-After', '3'])
  })

  it.each([
    [new Error('disk on fire'), '5', 1],
    [new PortalError('OVERLOADED', 'busy', { retryAfterMs: 12_000 }), '12', 0],
  ])('503 when a login cannot be decided: %s', async (error, seconds, reported) => {
    const source: UserSource = { name: 'down', find: () => Promise.reject(error) }
    const { send, challenge, errors } = rig({ source })
    const got = await send(answer(await challenge()))
    expect(got).toMatchObject({ code: 503 })
    expect(got.headers).toContainEqual(['Retry-After', seconds])
    expect(errors).toHaveLength(reported)
  })

  it('503 when the portal is closed', async () => {
    const { send, challenge, portal, errors } = rig()
    const header = answer(await challenge())
    await portal.close()
    expect(codeOf(await send(header))).toBe(503)
    expect(errors).toEqual([])
  })

  it('401 where a second factor is required, whether the password was right or not', async () => {
    const codes = { name: 'codes', accepts: ['totp'] as const, check: () => undefined as never }
    const portal = createPortal({
      realm: { member: (id) => ({ id }), editor: (id) => ({ id }) },
      checkers: [userChecker(users()), codes],
      require: [['digest', 'totp']],
    }) as never
    const { send, challenge } = rig({ portal })
    const right = await send(answer(await challenge()))
    const wrong = await send(answer(await challenge(), { password: 'wrong' }))
    const plainly = ({ headers, ...rest }: typeof right) => ({
      ...rest,
      headers: headers.map(([, value]) => value.replace(/nonce="[^"]+"/, '')),
    })
    expect(codeOf(right)).toBe(401)
    expect(plainly(right)).toEqual(plainly(wrong))
    expect(isStale(right)).toBe(false)
  })

  it('413 when a body is too large to be hashed, before it is read', async () => {
    const { send, challenge, settled } = rig({ qop: ['auth-int'], maxBodyBytes: 10 })
    const body = async (maxBytes: number) => {
      expect(maxBytes).toBe(10)
      throw new HttpLoginError('BODY_TOO_LARGE', 'too large')
    }
    expect(codeOf(await send(answer(await challenge(), { qop: 'auth-int' }), { body }))).toBe(413)
    expect(settled).toEqual([])
  })

  it('nothing when it has left', async () => {
    const gone = new AbortController()
    gone.abort()
    const { send, challenge, guests } = rig()
    expect(codeOf(await send(answer(await challenge()), { signal: gone.signal }))).toBe(503)
    expect(guests).toEqual([])
  })
})

describe('a challenge', () => {
  it('says what is needed, unquoted where the RFC wants it', async () => {
    const { send } = rig({
      domain: ['/private', '/press'],
      qop: ['auth', 'auth-int'],
      userhash: { find: () => undefined },
    })
    const [first] = (await send()).headers.filter(([name]) => name === 'WWW-Authenticate')
    expect(first?.[1].replace(/(nonce|opaque)="[^"]+"/g, '$1=…')).toBe(
      'Digest realm="club", qop="auth, auth-int", algorithm=SHA-256, opaque=…, charset=UTF-8, userhash=true, domain="/private /press", nonce=…',
    )
  })

  it('comes without a header, and for a scheme that nobody offers', async () => {
    const { send } = rig()
    for (const authorization of [undefined, '', 'Bearer x', 'Basic YWRhOnNlc2FtZQ==', 'x'.repeat(100)]) {
      const got = await send(authorization)
      expect(codeOf(got)).toBe(401)
      expect(got.headers.filter(([name]) => name === 'WWW-Authenticate')).toHaveLength(2)
      expect(got.headers).toContainEqual(['Cache-Control', 'no-store'])
    }
  })
})

describe('what is wrong is found when the server starts', () => {
  const portal = createPortal({ realm: { member: (id) => ({ id }) }, checkers: [userChecker(users())] })
  const sound = { portal, avatar: 'member', realm: 'club' } as const
  const hashes = createPortal({
    realm: { member: (id) => ({ id }) },
    checkers: [userChecker({ name: 'hashes', accepts: ['password'], find: () => undefined })],
  })
  const unshared = { secret: 'x'.repeat(16), cluster: true }
  it.each<[string, object, RegExp]>([
    ['users of whom only hashes are stored', { portal: hashes }, /no checker of the portal accepts/],
    ['an unknown option', { relm: 'x' }, /no option 'relm'/],
    ['no realm', { realm: undefined }, /realm/],
    ['an empty realm', { realm: '' }, /realm/],
    ['a realm with a line end', { realm: 'a\r\nb' }, /realm/],
    ['a realm beyond ASCII', { realm: 'clüb' }, /realm/],
    ['an unknown algorithm', { algorithms: ['SHA-1'] }, /no Digest algorithm "SHA-1"/],
    ['an algorithm in another spelling', { algorithms: ['sha-256'] }, /no Digest algorithm/],
    ['no algorithm', { algorithms: [] }, /at least one/],
    ['an algorithm twice', { algorithms: ['SHA-256', 'SHA-256'] }, /twice/],
    ['an unknown qop', { qop: ['auth-conf'] }, /qop/],
    ['no qop', { qop: [] }, /qop/],
    ['a short secret', { secret: 'short' }, /at least 16 bytes/],
    ['a short old secret', { secret: ['x'.repeat(16), 'short'] }, /at least 16 bytes/],
    ['no secret in a list', { secret: [] }, /empty/],
    ['a secret that is no text', { secret: 1234567890123456 }, /at least 16 bytes/],
    ['several processes without a secret', { cluster: true }, /secret/],
    ['several processes without a state', unshared, /replayed/],
    [
      'several processes with a state of one',
      { ...unshared, state: { shared: false, window: () => undefined } },
      /replayed/,
    ],
    ['a state that is none', { state: {} }, /state store/],
    ['a lifetime of nothing', { nonceLifetimeMs: 0 }, /nonceLifetimeMs/],
    ['a lifetime for ever', { nonceLifetimeMs: Number.POSITIVE_INFINITY }, /nonceLifetimeMs/],
    ['a flag that is none', { bindAddress: 'yes' }, /bindAddress/],
    ['a domain with a space', { domain: ['/a b'] }, /domain/],
    ['a userhash that finds nothing', { userhash: {} }, /find/],
    ['no clock', { now: 5 }, /clock/],
    ['no avatar', { avatar: [] }, /no avatar/],
    ['a permit that is none', { permit: true }, /permit/],
    ['no portal', { portal: {} }, /createPortal/],
    ['a trust in everybody', { trustProxy: true }, /trustProxy/],
    ['an option that there is not', { trustproxy: 1 }, /^httpDigest has no option 'trustproxy'$/],
    ['a scheme beside it that is no list', { also: { name: 'Basic', presents: 'password' } }, /also is a list/],
    ['a scheme twice', { also: [{ name: 'digest', presents: 'digest' }] }, /two schemes/],
  ])('%s', (_what, wrong, words) => {
    const make = () => httpDigest({ ...sound, ...wrong } as never)
    expect(make).toThrow(words)
    expect(make).toThrow(expect.objectContaining({ name: 'HttpLoginError', code: 'BAD_CONFIGURATION' }))
  })

  it('MD5 is warned of', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    httpDigest({ ...sound, algorithms: ['SHA-256', 'MD5'] })
    expect(warn).toHaveBeenCalledWith(
      expect.stringContaining('MD5'),
      expect.objectContaining({ code: 'GATEWRIGHT_MD5' }),
    )
    httpDigest(sound)
    expect(warn).toHaveBeenCalledTimes(1)
    warn.mockRestore()
  })
})

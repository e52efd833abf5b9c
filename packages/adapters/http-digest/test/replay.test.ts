import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { userChecker } from '@gatewright/passwords'
import { createPortal, type Portal } from '@gatewright/portal'
import { memoryState, type StateStore } from '@gatewright/state'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { digestScheme, httpDigest } from '../src/index.ts'
import { answer, type Challenge, challengesIn } from './client.ts'
import { type Avatars, codeOf, type Guest, isStale, rig, START, users } from './rig.ts'

const nc = (count: number) => count.toString(16).padStart(8, '0')

describe('an answer is good once', () => {
  it('and its replay is refused, told apart, and counts against nobody', async () => {
    const { send, challenge, attacks, guests, settled, events } = rig()
    const header = answer(await challenge())
    expect(codeOf(await send(header))).toBe(200)
    const again = await send(header)
    expect(codeOf(again)).toBe(401)
    expect(isStale(again)).toBe(true)
    expect(guests).toHaveLength(1)
    expect(attacks).toMatchObject([
      { type: 'http.attack', attack: 'replay', method: 'GET', target: '/private', peer: { address: '192.0.2.7' } },
    ])
    expect(settled).toEqual(['accept', 'fault'])
    expect(events.at(-1)).toMatchObject({ type: 'login.finish', status: 'refused', reason: 'replayed nonce count' })
  })

  it('of ten thousand replays none is let in', async () => {
    const { send, challenge, guests } = rig()
    const header = answer(await challenge())
    const codes = await Promise.all(Array.from({ length: 10_000 }, async () => codeOf(await send(header))))
    expect(codes.filter((code) => code === 200)).toHaveLength(1)
    expect(codes.filter((code) => code === 401)).toHaveLength(9_999)
    expect(guests).toHaveLength(1)
  })

  it('also after a logout', async () => {
    const { send, challenge, guests } = rig()
    const header = answer(await challenge())
    const first = await send(header)
    if (first.admitted) await first.login.logout()
    expect(guests[0]?.logouts).toBe(1)
    expect(codeOf(await send(header))).toBe(401)
  })

  it('also for another name of the same user', async () => {
    const { send, challenge } = rig()
    const header = answer(await challenge())
    expect(codeOf(await send(header))).toBe(200)
    expect(codeOf(await send(header.replace('username="ada"', "username*=UTF-8''%61da")))).toBe(401)
  })

  it('also when its nonce is spelt in characters that end like its octets', async () => {
    const { send, challenge, guests } = rig()
    const asked = await challenge()
    const nonce = asked.nonce as string
    const header = answer(asked)
    expect(codeOf(await send(header))).toBe(200)
    for (let at = 0; at < nonce.length; at++) {
      const other = String.fromCharCode(nonce.charCodeAt(at) + 0x100)
      expect(codeOf(await send(header.replace(nonce, nonce.slice(0, at) + other + nonce.slice(at + 1))))).toBe(400)
    }
    expect(guests).toHaveLength(1)
  })

  it('also through another resource behind the same door', async () => {
    const { login, challenge, send } = rig()
    const header = answer(await challenge())
    expect(codeOf(await send(header))).toBe(200)
    const editor = login.with({ avatar: 'editor' })
    const request = {
      method: 'GET',
      target: '/private',
      header: (name: string) => (name === 'authorization' ? header : undefined),
    }
    expect((await editor.authenticate(request)).admitted).toBe(false)
  })
})

describe('parallel requests overtake each other', () => {
  it('fifty of them in any order, and none is asked again', async () => {
    const { send, challenge } = rig()
    const asked = await challenge()
    // A fixed shuffle.
    const counts = Array.from({ length: 50 }, (_, i) => ((i * 37) % 50) + 1)
    const codes = await Promise.all(counts.map(async (count) => codeOf(await send(answer(asked, { nc: nc(count) })))))
    expect(new Set(codes)).toEqual(new Set([200]))
  })

  it('by 63 places, and a 64th is stale', async () => {
    const { send, challenge, attacks } = rig()
    const asked = await challenge()
    expect(codeOf(await send(answer(asked, { nc: nc(65) })))).toBe(200)
    expect(codeOf(await send(answer(asked, { nc: nc(2) })))).toBe(200)
    const late = await send(answer(asked, { nc: nc(1) }))
    expect([codeOf(late), isStale(late)]).toEqual([401, true])
    // Late is not the same as twice.
    expect(attacks).toEqual([])
  })

  it('and what was used within the window stays used', async () => {
    const { send, challenge } = rig()
    const asked = await challenge()
    const counts = [1, 5, 3, 64, 2, 60]
    for (const count of counts) expect(codeOf(await send(answer(asked, { nc: nc(count) })))).toBe(200)
    for (const count of counts) expect(codeOf(await send(answer(asked, { nc: nc(count) })))).toBe(401)
  })
})

describe('a nonce has an end', () => {
  const MINUTES = 60_000

  it('after half an hour, and a right answer hears that it is stale', async () => {
    const { send, challenge, clock, settled, attacks } = rig()
    const asked = await challenge()
    clock.now = START + 30 * MINUTES
    expect(codeOf(await send(answer(asked)))).toBe(200)
    clock.now = START + 30 * MINUTES + 1
    const late = await send(answer(asked, { nc: nc(2) }))
    expect([codeOf(late), isStale(late)]).toEqual([401, true])
    // The client did nothing wrong; the guard gives the try back.
    expect(settled).toEqual(['accept', 'fault'])
    expect(attacks).toEqual([])
  })

  it('and a wrong answer to it is a wrong answer: not stale, and counted', async () => {
    const { send, challenge, clock, settled } = rig()
    const asked = await challenge()
    clock.now = START + 31 * MINUTES
    for (const wrong of [{ password: 'wrong' }, { username: 'nobody' }]) {
      const late = await send(answer(asked, wrong))
      expect([codeOf(late), isStale(late)]).toEqual([401, false])
    }
    expect(settled).toEqual(['reject', 'pass'])
  })

  it('and the next one is sent in time, so that nobody waits for it', async () => {
    const { send, challenge, clock } = rig()
    const asked = await challenge()
    const info = async (count: number) => {
      const got = await send(answer(asked, { nc: nc(count) }))
      return got.headers.find(([name]) => name === 'Authentication-Info')?.[1] ?? ''
    }
    clock.now = START + 15 * MINUTES
    expect(await info(1)).not.toContain('nextnonce')
    clock.now = START + 15 * MINUTES + 1
    const [, next] = /nextnonce="([^"]+)"/.exec(await info(2)) ?? []
    clock.now = START + 40 * MINUTES
    expect(codeOf(await send(answer(asked, { nonce: next as string })))).toBe(200)
  })

  it('when the clock steps forward', async () => {
    const { send, challenge, clock } = rig()
    const asked = await challenge()
    clock.now += 24 * 60 * MINUTES
    expect(isStale(await send(answer(asked)))).toBe(true)
  })

  it('when the clock steps back by more than clocks differ', async () => {
    const { send, challenge, clock } = rig()
    const asked = await challenge()
    clock.now -= MINUTES
    expect(codeOf(await send(answer(asked)))).toBe(200)
    clock.now -= 1
    expect(isStale(await send(answer(asked, { nc: nc(2) })))).toBe(true)
  })

  it('whatever the clock does, a count is good once', async () => {
    const steps = [0, 29, -29, 1, -1, 30, -31, 120, -120, 15, -15]
    const { send, challenge, clock, guests } = rig({ state: memoryState({ now: () => Math.max(0, clockOf()) }) })
    const clockOf = () => clock.now - START + 10_000 * MINUTES
    const asked = await challenge()
    const header = answer(asked)
    for (const step of steps) {
      clock.now += step * MINUTES
      await send(header)
      await send(header)
    }
    expect(guests).toHaveLength(1)
  })
})

describe('a process by itself', () => {
  afterEach(() => void vi.useRealTimers())

  it('lets no answer in again when its machine’s clock is put back, after its count was forgotten', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] })
    const { portal } = rig()
    const login = httpDigest({ portal, avatar: 'member', realm: 'club' })
    const send = (header?: string) =>
      login.authenticate({
        method: 'GET',
        target: '/private',
        header: (name) => (name === 'authorization' ? header : undefined),
      })
    const [asked] = challengesIn((await send()).headers)
    const header = answer(asked as Challenge)
    expect(codeOf(await send(header))).toBe(200)
    vi.advanceTimersByTime(33 * 60_000)
    vi.setSystemTime(Date.now() - 10 * 60_000)
    expect(codeOf(await send(header))).toBe(401)
  })
})

/** A store that several logins share, as they would share Redis. */
function shared(): StateStore {
  return { ...memoryState(), shared: true }
}

describe('several processes', () => {
  const secret = 'correct horse battery staple'

  it('take each other’s nonces, and each count once', async () => {
    const state = shared()
    const rigs = Array.from({ length: 4 }, () => rig({ secret, state, cluster: true }))
    const asked = await (rigs[0] as (typeof rigs)[0]).challenge()
    for (let count = 1; count <= 20; count++) {
      const codes = await Promise.all(
        rigs.map(async ({ send }) => codeOf(await send(answer(asked, { nc: nc(count) })))),
      )
      expect(codes.sort((a, b) => a - b)).toEqual([200, 401, 401, 401])
    }
  })

  it('take nothing of each other without a shared state: what one has seen the other cannot know', async () => {
    const [one, two] = [rig({ secret }), rig({ secret })]
    const asked = await one.challenge()
    const header = answer(asked)
    expect(codeOf(await one.send(header))).toBe(200)
    const elsewhere = await two.send(header)
    expect([codeOf(elsewhere), isStale(elsewhere)]).toEqual([401, true])
  })

  it('take nothing of before a restart either', async () => {
    const before = rig({ secret })
    const header = answer(await before.challenge())
    await before.send(header)
    expect(isStale(await rig({ secret }).send(header))).toBe(true)
  })

  it('take nothing that another secret has signed', async () => {
    const header = answer(await rig({ secret, state: shared() }).challenge())
    const { send, attacks } = rig({ secret: `${secret}!`, state: shared() })
    // The opaque gives it away before the nonce is looked at.
    expect(isStale(await send(header))).toBe(false)
    expect(codeOf(await send(header.replace(/, opaque="[^"]*"/, '')))).toBe(401)
    expect(attacks).toEqual([])
  })

  it('take nothing that is signed for another realm', async () => {
    const state = shared()
    const asked = await rig({ secret, state, realm: 'other' }).challenge()
    const { send, challenge, attacks } = rig({ secret, state })
    const { opaque } = await challenge()
    const forged = answer({ ...asked, opaque: opaque as string, realm: 'club' })
    expect(codeOf(await send(forged))).toBe(401)
    expect(attacks).toMatchObject([{ attack: 'invented-nonce' }])
  })

  it('change their secret without a client noticing', async () => {
    const state = shared()
    const [older, newer] = ['an old secret of ours', 'a new secret of ours']
    const old = rig({ secret: older, state })
    const asked = await old.challenge()
    const both = rig({ secret: [newer, older], state })
    expect(codeOf(await both.send(answer(asked)))).toBe(200)
    const fresh = await both.challenge()
    const done = rig({ secret: newer, state })
    expect(codeOf(await done.send(answer(fresh)))).toBe(200)
    expect(codeOf(await done.send(answer(asked, { nc: nc(2) })))).toBe(401)
  })
})

describe('a nonce that is bound to an address', () => {
  it('is good there alone', async () => {
    const { send, challenge, attacks } = rig({ bindAddress: true })
    const asked = await challenge()
    expect(codeOf(await send(answer(asked)))).toBe(200)
    const elsewhere = { peer: { address: '192.0.2.8' } }
    expect(codeOf(await send(answer(asked, { nc: nc(2) }), elsewhere))).toBe(401)
    expect(attacks).toMatchObject([{ attack: 'invented-nonce', peer: { address: '192.0.2.8' } }])
    expect(codeOf(await send(answer(asked, { nc: nc(2) })))).toBe(200)
  })

  it('is good everywhere when it is not bound', async () => {
    const { send, challenge } = rig()
    expect(codeOf(await send(answer(await challenge()), { peer: { address: '198.51.100.1' } }))).toBe(200)
  })
})

/** A portal that keeps no events of these tests, and avatars without an end. */
function unheard(): Portal<Avatars> {
  const make = (id: string) => ({ id }) as Guest
  return createPortal<Avatars>({ realm: { member: make, editor: make }, checkers: [userChecker(users())] })
}

describe('the state', () => {
  it('knows nothing of a challenge that nobody answered rightly', async () => {
    let calls = 0
    const state: StateStore = { ...memoryState(), window: async () => (calls++, 'fresh') }
    const { send, challenge } = rig({ state })
    for (let i = 0; i < 100; i++) await send(answer(await challenge(), { password: 'wrong' }))
    expect(calls).toBe(0)
    await send(answer(await challenge()))
    expect(calls).toBe(1)
  })

  it('and all else that remembers a right answer keeps its nonce and its target, and not the rest of its header', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const { send, challenge } = rig({ portal: unheard(), maxHeaderLength: 200_000 })
    const padding = ' '.repeat(100_000)
    const logIn = async (target: string) => {
      // As it comes from a socket: one text, of which the parameters are pieces.
      const written = `${answer(await challenge(), { uri: target })}${padding}`
      const header = Buffer.from(written, 'latin1').toString('latin1')
      expect(codeOf(await send(header, { target }))).toBe(200)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await logIn('/private')
    collect()
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < 200; i++) await logIn(`/private/room/${i}`)
    collect()
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(5 * 1024 * 1024)
  })

  it('when it is down nobody is let in, refused or counted', async () => {
    const down: StateStore = { ...memoryState(), window: () => Promise.reject(new Error('connection refused')) }
    const { send, challenge, settled, errors, guests } = rig({ state: down })
    const answered = await send(answer(await challenge()))
    expect(codeOf(answered)).toBe(503)
    expect(answered.headers).toContainEqual(['Retry-After', '5'])
    expect({ settled, guests }).toEqual({ settled: ['fault'], guests: [] })
    expect(errors).toMatchObject([{ code: 'CHECKER_UNAVAILABLE' }])
  })

  it('when it is full, nobody comes in by a new nonce, and who is in stays', async () => {
    const { send, challenge } = rig({ state: memoryState({ maxBytes: 64 * 1024 }) })
    const first = await challenge()
    let code = codeOf(await send(answer(first)))
    let nonces = 1
    while (code === 200 && nonces++ < 1_000) code = codeOf(await send(answer(await challenge())))
    expect(code).toBe(503)
    expect(codeOf(await send(answer(first, { nc: nc(2) })))).toBe(200)
  })
})

it('no two nonces are alike, of 200,000 in one millisecond', () => {
  const scheme = digestScheme({ realm: 'club', algorithms: ['SHA-256'], now: () => START })
  const seen = new Set<string>()
  const origin = { peer: undefined, secure: false }
  for (let i = 0; i < 200_000; i++) seen.add(scheme.challenges(origin)[0] as string)
  expect(seen.size).toBe(200_000)
})

import { createPortal, type LoginEvent, PortalError, type PublicKeyOffer } from '@gatewright/portal'
import { restrictionsOf } from '@gatewright/ssh-keys'
import { describe, expect, it } from 'vitest'
import {
  authorizedKeys,
  authorizedKeysFrom,
  type PubkeyCheckerOptions,
  PubkeyError,
  pubkeyChecker,
} from '../src/index.ts'
import { certify, credential, ed25519, from, said, type TestKey } from './keys.ts'

const keys = [ed25519(), ed25519(), ed25519()] as const
const [key, other, stranger] = keys
const offerOf = ({ algorithm, blob }: Pick<TestKey, 'algorithm' | 'blob'>, username = 'ada'): PublicKeyOffer => ({
  username,
  key: { algorithm, blob },
})

describe('recognizes', () => {
  const checker = pubkeyChecker({ keys: authorizedKeys({ ada: `no-pty ${key.line}\nfrom="10.0.0.1" ${other.line}` }) })

  it('says what check would say, and nothing of anybody else', async () => {
    expect(await checker.recognizes?.(offerOf(key), from())).toBe(true)
    expect(await checker.recognizes?.(offerOf(key, 'grace'), from())).toBe(false)
    expect(await checker.recognizes?.(offerOf(other), from('192.0.2.1'))).toBe(false)
    expect(await checker.recognizes?.(offerOf(other), from('10.0.0.1'))).toBe(true)
    expect(await checker.recognizes?.(offerOf(stranger), from())).toBe(false)
  })

  it('is false, and no exception, for what is no key', async () => {
    for (const blob of [Buffer.alloc(0), Buffer.from('x'), Buffer.alloc(100_000), key.blob.subarray(0, -1)]) {
      for (const algorithm of ['ssh-ed25519', 'ssh-rsa', '__proto__', 'ssh-ed25519-cert-v01@openssh.com']) {
        expect(await checker.recognizes?.({ username: 'ada', key: { algorithm, blob } }, from())).toBe(false)
        expect(said(await checker.check(credential('ada', { algorithm, blob }), from()))).toBe('pass')
      }
    }
  })
})

describe('identity and options are those of the key that was proven', () => {
  it('in 10,000 random sequences of offers and proofs of three keys', async () => {
    const lines = keys.map((each, i) => `command="${i}" ${each.line}`).join('\n')
    const checker = pubkeyChecker({ keys: authorizedKeys({ ada: lines, grace: `command="g" ${key.line}` }) })
    const portal = createPortal({ realm: { ssh: (id) => ({ id }) }, checkers: [checker] })
    let state = 7
    const next = (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return (state >>> 8) % below
    }
    for (let i = 0; i < 10_000; i++) {
      for (let offers = next(3); offers > 0; offers--) {
        const offered = keys[next(3)] ?? key
        expect(await portal.recognizes(offerOf(offered, next(2) === 0 ? 'ada' : 'grace'))).toBeTypeOf('boolean')
      }
      const used = next(3)
      const login = await portal.login(credential('ada', keys[used] ?? key), 'ssh')
      if (login.status !== 'granted') return expect.unreachable()
      expect(login.id).toBe('ada')
      expect(restrictionsOf(login.proofs)?.command).toBe(String(used))
      await login.logout()
    }
    await portal.close()
  })
})

describe('through a portal', () => {
  it('a client learns no more than that it is refused; the reason is in the event', async () => {
    const events: LoginEvent[] = []
    const portal = createPortal({
      realm: { ssh: (id) => ({ id }) },
      checkers: [pubkeyChecker({ keys: authorizedKeys({ ada: `from="10.0.0.1" ${key.line}` }) })],
      observers: [(event) => events.push(event)],
    })
    const login = await portal.login(credential('ada', key), 'ssh', { peer: { address: '192.0.2.1' } })
    expect(JSON.stringify(login)).not.toContain('address')
    expect(events).toContainEqual(expect.objectContaining({ reason: expect.stringContaining('not for this address') }))
    await portal.close()
  })

  it('a name in another form of Unicode is the same name', async () => {
    const checker = pubkeyChecker({ keys: authorizedKeys({ 'zoe\u0308': key.line }) })
    const portal = createPortal({ realm: { ssh: (id) => ({ id }) }, checkers: [checker] })
    for (const name of ['zoë', 'zoe\u0308']) {
      const login = await portal.login(credential(name, key), 'ssh')
      expect(login).toMatchObject({ status: 'granted', id: 'zoë' })
    }
    await portal.close()
  })
})

describe('keys from a function', () => {
  it.each([undefined, null, '', [], new Uint8Array(0)])('%j is no keys', async (answer) => {
    const checker = pubkeyChecker({ keys: authorizedKeysFrom(() => answer as undefined) })
    expect(said(await checker.check(credential('ada', key), from()))).toBe('pass')
  })

  it.each(
    [true, 0, {}, [1], [`${key.line}\n${key.line}`], 'x'.repeat(64 * 1024 * 1024 + 1)].map((answer, i) => [i, answer]),
  )('nonsense %i is a fault', async (_, answer) => {
    const checker = pubkeyChecker({ keys: authorizedKeysFrom(() => answer as never) })
    await expect(checker.check(credential('ada', key), from())).rejects.toThrow(PubkeyError)
  })

  it('hears who asks, from where, and when nobody waits any more', async () => {
    const attempt = from('192.0.2.7')
    const asked: unknown[] = []
    const keysOf = authorizedKeysFrom((...question) => {
      asked.push(...question)
      return key.line
    })
    await pubkeyChecker({ keys: keysOf }).check(credential('ada', key), attempt)
    expect(asked).toEqual(['ada', attempt])
  })

  it('several sources are asked in order, and the first line that lets the key in says what it may do', async () => {
    const checker = pubkeyChecker({
      keys: [
        authorizedKeys({ ada: `from="10.0.0.1",command="never" ${key.line}` }, { name: 'first' }),
        authorizedKeys({ ada: `command="second" ${key.line}` }, { name: 'second' }),
        authorizedKeysFrom(() => `command="third" ${key.line}`, { name: 'third' }),
      ],
    })
    const verdict = await checker.check(credential('ada', key), from('192.0.2.7'))
    expect(verdict).toMatchObject({ facts: { line: 'second[ada]:1', restrictions: { command: 'second' } } })
  })
})

describe('put together wrongly', () => {
  it.each([
    undefined,
    null,
    {},
    { keys: [] },
    { keys: {} },
    { keys: 'ssh-ed25519 AAAA' },
    { keys: authorizedKeys({}), name: '' },
    { keys: authorizedKeys({}), revoked: {} },
    { keys: authorizedKeys({}), authorities: {} },
    { keys: authorizedKeys({}), authorities: null },
    { keys: authorizedKeys({}), now: 5 },
    { keys: authorizedKeys({}), principals: [] },
    { keys: authorizedKeys({}), onProblem: true },
    { keys: authorizedKeys({}), key: 1 },
  ])('%j is refused before anybody logs in', (options) => {
    expect(() => pubkeyChecker(options as unknown as PubkeyCheckerOptions)).toThrow(PortalError)
  })

  it.each([
    null,
    'text',
    { '': key.line },
    { 'a\nb': key.line },
    { ada: 5 },
    [
      ['ada', ''],
      ['ada', ''],
    ],
  ])('the users %j are refused', (users) => {
    expect(() => authorizedKeys(users as never)).toThrow(PortalError)
  })

  it('a certificate is not a plain key that anybody listed', async () => {
    const checker = pubkeyChecker({ keys: authorizedKeys({ ada: key.line }) })
    expect(said(await checker.check(credential('ada', certify(key, other)), from()))).toBe('pass')
  })
})

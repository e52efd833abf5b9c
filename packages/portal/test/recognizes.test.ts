import { accept, type Checker, type PublicKeyOffer, whenUnavailable } from '@gatewright/portal'
import { describe, expect, it, vi } from 'vitest'
import { codeOf, echoPortal, knows } from './cast.ts'

const offer = (username = 'ada', name = 'key'): PublicKeyOffer => ({
  username,
  key: { algorithm: 'ssh-ed25519', blob: Buffer.from(name) },
})

const keys = (name: string, recognizes: Checker<'publickey'>['recognizes']): Checker<'publickey'> => ({
  name,
  accepts: ['publickey'],
  check: () => accept('ada'),
  ...(recognizes && { recognizes }),
})

describe('recognizes: would this key do?', () => {
  it('asks each checker until one knows the key', async () => {
    const { portal } = echoPortal([
      keys('none', undefined),
      keys('no', () => false),
      keys('yes', async ({ username }) => username === 'ada'),
    ])
    expect(await portal.recognizes(offer('ada'))).toBe(true)
    expect(await portal.recognizes(offer('bob'))).toBe(false)
  })

  it('never logs anyone in: no check, no avatar, no guard, no event', async () => {
    const check = vi.fn(() => accept('ada'))
    const echo = vi.fn(() => ({ id: 'ada' }))
    const admit = vi.fn()
    const { portal, events } = echoPortal([{ ...keys('yes', () => true), check }], {
      realm: { echo },
      guard: { admit },
    })
    expect(await portal.recognizes(offer())).toBe(true)
    for (const untouched of [check, echo, admit]) expect(untouched).not.toHaveBeenCalled()
    expect(events).toEqual([])
  })

  it('takes nothing but true for yes, and nothing but false for no', async () => {
    for (const odd of [1, 'true', {}, accept('ada'), undefined, null, Object(true)]) {
      const { portal } = echoPortal([keys('odd', () => odd as boolean)])
      expect(await codeOf(portal.recognizes(offer()))).toBe('CHECKER_UNAVAILABLE')
    }
  })

  it('tells a checker that is down from a key that is unknown', async () => {
    const down = keys('down', () => Promise.reject(new Error('down')))
    const yes = keys('yes', () => true)
    const optional = whenUnavailable(down, 'continue')
    expect(await codeOf(echoPortal([down, yes]).portal.recognizes(offer()))).toBe('CHECKER_UNAVAILABLE')
    expect(await codeOf(echoPortal([optional, yes]).portal.recognizes(offer()))).toBe(true)
    expect(await codeOf(echoPortal([optional, keys('no', () => false)]).portal.recognizes(offer()))).toBe(
      'CHECKER_UNAVAILABLE',
    )
  })

  it('answers false without asking, where no key can be known', async () => {
    const recognizes = vi.fn(() => true)
    const { portal } = echoPortal([keys('yes', recognizes)])
    const odd: unknown[] = [
      offer(''),
      offer('a\0'),
      { username: 'ada' },
      { username: 'ada', key: null },
      { username: 'ada', key: { algorithm: 7, blob: 'key' } },
    ]
    for (const each of odd) expect(await portal.recognizes(each as PublicKeyOffer)).toBe(false)
    expect(recognizes).not.toHaveBeenCalled()
    expect(await echoPortal([knows('ada', 'x')]).portal.recognizes(offer())).toBe(false)
  })

  it('keeps the deadline and the signal', async () => {
    const hangs = echoPortal([keys('hangs', () => new Promise(() => {}))], { deadlineMs: 5 }).portal
    await expect(hangs.recognizes(offer())).rejects.toMatchObject({
      code: 'CHECKER_UNAVAILABLE',
      cause: { code: 'DEADLINE' },
    })
    expect(await codeOf(hangs.recognizes(offer(), { signal: AbortSignal.abort() }))).toBe('ABORTED')
  })
})

import { describe, expect, it } from 'vitest'
import { type AttemptOptions, type Guard, password, type Verdict } from '../src/index.ts'
import { codeOf, echoPortal, knows } from './cast.ts'

const good = password('ada', 'x')

/** A guard that remembers what became of each try. */
function guarding(): { guard: Guard; settled: string[] } {
  const settled: string[] = []
  const settle = async (verdict: Verdict | 'fault') =>
    void settled.push(verdict === 'fault' ? 'fault' : verdict.outcome)
  return { guard: { admit: async () => ({ settle }) }, settled }
}

describe('an adapter has the last word on what proves an identity', () => {
  it.each([
    ['at once', () => true as const],
    ['later', async () => true as const],
  ])('and says yes %s', async (_when, confirm) => {
    const { guard, settled } = guarding()
    const { portal } = echoPortal([knows('ada', 'x')], { guard })
    expect(await portal.login(good, 'echo', { confirm })).toMatchObject({ status: 'granted', id: 'ada' })
    expect(settled).toEqual(['accept'])
  })

  it.each<[string, unknown, string]>([
    ['with its reason', 'used before', 'used before'],
    ['with its reason, later', Promise.resolve('used before'), 'used before'],
    ['by anything that is no yes', 1, 'not confirmed by the adapter'],
    ['by nothing', undefined, 'not confirmed by the adapter'],
    ['by an empty reason', '', 'not confirmed by the adapter'],
    ['by an object', { valueOf: () => true }, 'not confirmed by the adapter'],
  ])('and says no %s, which counts against nobody', async (_how, answer, reason) => {
    const { guard, settled } = guarding()
    const made: string[] = []
    const { portal, events } = echoPortal([knows('ada', 'x')], {
      guard,
      realm: { echo: (id) => (made.push(id), { id }) },
    })
    const confirm = () => answer as true
    expect(await portal.login(good, 'echo', { confirm })).toEqual(expect.objectContaining({ status: 'refused' }))
    expect(settled).toEqual(['fault'])
    expect(made).toEqual([])
    expect(events.at(-1)).toMatchObject({ type: 'login.finish', status: 'refused', reason })
  })

  it('and is not asked about what no checker accepted', async () => {
    let asked = 0
    const { portal } = echoPortal([knows('ada', 'x')])
    const from: AttemptOptions = { confirm: () => (asked++, true) }
    expect((await portal.login(password('ada', 'y'), 'echo', from)).status).toBe('refused')
    expect(asked).toBe(0)
  })

  it.each([
    ['throws', () => Promise.reject(new Error('the store is down'))],
    [
      'throws at once',
      () => {
        throw new Error('the store is down')
      },
    ],
    ['is silent', () => new Promise<true>(() => undefined)],
  ])('and when it %s, nobody is granted, refused or counted', async (_how, confirm) => {
    const { guard, settled } = guarding()
    const { portal, events } = echoPortal([knows('ada', 'x')], { guard, deadlineMs: 5 })
    expect(await codeOf(portal.login(good, 'echo', { confirm }))).toBe('CHECKER_UNAVAILABLE')
    expect(settled).toEqual(['fault'])
    expect(events.at(-1)).toMatchObject({ type: 'login.finish', status: 'fault' })
  })
})

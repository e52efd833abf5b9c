import {
  ANONYMOUS,
  accept,
  allowAnonymous,
  anonymous,
  anonymousChecker,
  type Checker,
  createPortal,
  password,
} from '@gatewright/portal'
import { describe, expect, it, vi } from 'vitest'
import { codeOf, echoPortal, knows } from '../cast.ts'

describe('6. an accepted id is a non-empty string; ANONYMOUS is a symbol, for the anonymous kind alone', () => {
  it('cannot be made of anything else', () => {
    for (const id of ['', undefined, null, 7, {}, ['ada'], Symbol('x'), Symbol.for('anonymous')]) {
      expect(() => accept(id as string)).toThrowError(expect.objectContaining({ code: 'BAD_CONFIGURATION' }))
    }
    expect(typeof ANONYMOUS).toBe('symbol')
    expect(accept(ANONYMOUS)).toMatchObject({ id: ANONYMOUS })
  })

  it('faults on ANONYMOUS for a password, and on a name for nobody', async () => {
    const wrong = [
      [password('ada', 'x'), { name: 'a', accepts: ['password'], check: () => accept(ANONYMOUS) }],
      [anonymous(), { name: 'b', accepts: ['anonymous'], check: () => accept('root') }],
    ] as const
    for (const [credential, checker] of wrong) {
      const realm = vi.fn(() => ({ id: 'x' }))
      const { portal } = echoPortal([checker as Checker], { realm: { echo: allowAnonymous(realm) } })
      expect(await codeOf(portal.login(credential, 'echo'))).toBe('CHECKER_UNAVAILABLE')
      expect(realm).not.toHaveBeenCalled()
    }
  })

  it('brings anonymous logins only to factories that were opened to them', async () => {
    const factory = vi.fn((id: string) => ({ id }))
    const portal = createPortal({
      realm: { private: factory, public: allowAnonymous((id) => ({ greeting: id === ANONYMOUS ? 'stranger' : id })) },
      checkers: [anonymousChecker(), knows('ada', 'x')],
    })
    expect(await portal.login(anonymous(), 'private')).toMatchObject({ status: 'refused', forbidden: true })
    expect(factory).not.toHaveBeenCalled()
    expect(await portal.login(anonymous(), ['private', 'public'])).toMatchObject({
      status: 'granted',
      id: ANONYMOUS,
      as: 'public',
      avatar: { greeting: 'stranger' },
    })
    expect(await portal.login(password('ada', 'x'), 'public')).toMatchObject({ id: 'ada', avatar: { greeting: 'ada' } })
  })

  it('never falls back to anonymous', async () => {
    const portal = createPortal({
      realm: { public: allowAnonymous(() => ({})) },
      checkers: [anonymousChecker(), knows('ada', 'x')],
    })
    for (const wrong of [
      password('ada', 'wrong'),
      password('eve', 'x'),
      password('', ''),
      password('anonymous', 'x'),
    ]) {
      expect((await portal.login(wrong, 'public')).status).toBe('refused')
    }
  })

  it('is refused, not granted nothing, when the realm makes nothing', async () => {
    for (const nothing of [undefined, null]) {
      for (const echo of [() => nothing, async () => nothing]) {
        const { portal } = echoPortal([knows('ada', 'x')], { realm: { echo: echo as () => undefined } })
        expect(await portal.login(password('ada', 'x'), 'echo')).toMatchObject({ status: 'refused', forbidden: true })
      }
    }
  })

  it('takes the first wanted avatar that the identity has', async () => {
    const made: string[] = []
    const factory = (name: string, has: boolean) => (id: string) => (made.push(name), has ? { name, id } : undefined)
    const portal = createPortal({
      realm: { admin: factory('admin', false), user: factory('user', true), guest: factory('guest', true) },
      checkers: [knows('ada', 'x')],
    })
    expect(await portal.login(password('ada', 'x'), ['admin', 'user', 'guest'])).toMatchObject({ as: 'user' })
    expect(made).toEqual(['admin', 'user'])
  })

  it('faults on an avatar that the realm does not make, whatever it is called', async () => {
    const { portal } = echoPortal([knows('ada', 'x')])
    for (const name of ['shell', '__proto__', 'constructor', 'toString', ['echo', 'shell'], []]) {
      await expect(portal.login(password('ada', 'x'), name as 'echo')).rejects.toMatchObject({
        code: 'BAD_CONFIGURATION',
      })
    }
  })
})

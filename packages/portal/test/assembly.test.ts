import { accept, type Checker, createPortal, type PortalOptions, password, whenUnavailable } from '@gatewright/portal'
import { describe, expect, it } from 'vitest'
import { type Avatars, knows } from './cast.ts'

const sound: PortalOptions<Avatars> = { realm: { echo: (id) => ({ id }) }, checkers: [knows('ada', 'x')] }
const checker = (odd: object) => ({ ...sound, checkers: [{ ...knows('ada', 'x'), ...odd }] })

/** Each mistake, and the words by which its author will find it. */
const MISTAKES: Record<string, [options: unknown, words: RegExp]> = {
  'no checker': [{ ...sound, checkers: [] }, /without a checker/],
  'checkers that are no list': [{ ...sound, checkers: knows('ada', 'x') }, /without a checker/],
  'two checkers of one name': [
    { ...sound, checkers: [knows('a', 'x'), knows('b', 'x')] },
    /two checkers are called 'memory'/,
  ],
  'a checker without a name': [checker({ name: '' }), /needs a name/],
  'a checker without check()': [checker({ check: undefined }), /'memory' has no method check/],
  'a checker that accepts nothing': [checker({ accepts: [] }), /'memory' accepts no kind/],
  'a kind without a prefix': [checker({ accepts: ['fingerprint'] }), /accepts 'fingerprint'/],
  'a kind that is no string': [checker({ accepts: [7] }), /accepts '7'/],
  'an empty realm': [{ ...sound, realm: {} }, /makes no avatars/],
  'a realm of things that are no factories': [{ ...sound, realm: { echo: {} } }, /realm\.echo is not a factory/],
  'a guard without admit()': [{ ...sound, guard: {} }, /guard needs a method admit/],
  'an observer that is no function': [{ ...sound, observers: [{}] }, /observers are functions/],
  'a deadline of nothing': [{ ...sound, deadlineMs: 0 }, /deadlineMs is a whole number/],
  'a deadline that timers cannot keep': [{ ...sound, deadlineMs: 2 ** 31 }, /deadlineMs is a whole number/],
  'a deadline in words': [{ ...sound, deadlineMs: '10s' }, /deadlineMs is a whole number/],
  'no tries at all': [{ ...sound, pending: { tries: 0 } }, /pending\.tries is a whole number/],
  'an option that does not exist': [{ ...sound, gaurd: {} }, /no option 'gaurd'/],
}

describe('a portal is checked when it is made', () => {
  for (const [mistake, [options, words]] of Object.entries(MISTAKES)) {
    it(`refuses ${mistake}`, () => {
      const make = () => createPortal(options as PortalOptions<Avatars>)
      expect(make).toThrowError(words)
      expect(make).toThrowError(expect.objectContaining({ name: 'PortalError', code: 'BAD_CONFIGURATION' }))
    })
  }

  it('advertises each accepted kind once, in the order of the checkers', () => {
    const checkers: Checker[] = [
      { name: 'a', accepts: ['totp', 'password'], check: () => accept('ada') },
      { name: 'b', accepts: ['password', 'acme/print'] as never, check: () => accept('ada') },
    ]
    const portal = createPortal({ ...sound, checkers })
    expect(portal.accepts).toEqual(['totp', 'password', 'acme/print'])
    expect(Object.isFrozen(portal.accepts)).toBe(true)
  })

  it('keeps what a checker can do when it may be unavailable', async () => {
    const told: string[] = []
    const full: Checker<'publickey'> = {
      name: 'keys',
      accepts: ['publickey'],
      check: () => accept('ada'),
      recognizes: () => true,
      close: async () => void told.push('closed'),
    }
    const wrapped = whenUnavailable(full, 'continue')
    expect(wrapped).toMatchObject({ name: 'keys', accepts: ['publickey'] })
    expect(await wrapped.recognizes?.({} as never, {} as never)).toBe(true)
    await wrapped.close?.()
    expect(told).toEqual(['closed'])
    expect(whenUnavailable(knows('ada', 'x'), 'continue')).not.toHaveProperty('recognizes')
  })

  it('calls factories as methods of the realm', async () => {
    const realm = {
      greeting: () => ({ id: 'hello' }),
      echo(this: { greeting(): { id: string } }, id: string) {
        return { id: `${this.greeting().id}, ${id}` }
      },
    }
    const portal = createPortal<Avatars>({ ...sound, realm: realm as PortalOptions<Avatars>['realm'] })
    const login = await portal.login(password('ada', 'x'), 'echo')
    expect(login).toMatchObject({ avatar: { id: 'hello, ada' } })
  })
})

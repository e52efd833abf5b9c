import {
  accept,
  allowAnonymous,
  anonymous,
  anonymousChecker,
  type Checker,
  digest,
  password,
  publickey,
  type Requirement,
  totp,
} from '@gatewright/portal'
import { describe, expect, it, vi } from 'vitest'
import { codeOf, echoPortal, knows, knowsCode } from '../cast.ts'

const key = { algorithm: 'ssh-ed25519', blob: new Uint8Array(51) }
const yes = (kind: 'digest' | 'publickey'): Checker => ({ name: kind, accepts: [kind], check: () => accept('ada') })
const everybody = () => [knows('ada', 'x'), knowsCode('ada', '1'), yes('digest'), yes('publickey'), anonymousChecker()]

describe('5. without `require` one proof is enough, totp alone never; a requirement is checked when the portal is made', () => {
  it('lets one password, digest or public key in', async () => {
    const { portal } = echoPortal(everybody())
    const answer = { username: 'ada', realm: 'r', algorithm: 'SHA-256', verify: () => true }
    for (const credential of [password('ada', 'x'), digest(answer), publickey('ada', key)]) {
      expect((await portal.login(credential, 'echo')).status, credential.kind).toBe('granted')
    }
  })

  it('never lets a one-time code in by itself', async () => {
    const { portal } = echoPortal(everybody())
    expect(await portal.login(totp('1', 'ada'), 'echo')).toMatchObject({ status: 'refused' })
    await expect(async () => echoPortal(everybody(), { require: [['password'], ['totp']] })).rejects.toMatchObject({
      code: 'BAD_CONFIGURATION',
    })
  })

  it('refuses requirements that are empty, misspelt or cannot be met', () => {
    const bad: unknown[] = [
      [],
      [[]],
      [['password'], []],
      ['password'],
      [['passwort']],
      [['password', 'acme/print']],
      'password',
      {},
      null,
    ]
    for (const require of bad) {
      expect(() => echoPortal(everybody(), { require: require as Requirement }), JSON.stringify(require)).toThrowError(
        expect.objectContaining({ code: 'BAD_CONFIGURATION' }),
      )
    }
    expect(() => echoPortal([knows('ada', 'x')], { require: [['password', 'totp']] })).toThrowError(
      /no checker accepts 'totp'/,
    )
  })

  it('refuses a misspelt `require` rather than requiring nothing', () => {
    expect(() => echoPortal(everybody(), { requires: [['password', 'totp']] } as object)).toThrowError(
      /no option 'requires'/,
    )
  })

  it('refuses a proof that no row asks for', async () => {
    const { portal } = echoPortal(everybody(), { require: [['publickey', 'totp']] })
    expect((await portal.login(password('ada', 'x'), 'echo')).status).toBe('refused')
  })

  it('is met by the kinds of a row in any order', async () => {
    const { portal } = echoPortal(everybody(), { require: [['password', 'totp', 'publickey']] })
    const login = await portal.login(totp('1', 'ada'), 'echo')
    if (login.status !== 'pending') return expect.unreachable()
    const further = await login.next(publickey('ada', key))
    if (further.status !== 'pending') return expect.unreachable()
    expect(further.needs).toEqual(['password'])
    expect(await further.next(password('ada', 'x'))).toMatchObject({
      status: 'granted',
      proofs: [{ kind: 'totp' }, { kind: 'publickey' }, { kind: 'password' }],
    })
  })

  it('awaits a `require` function, and asks it per identity', async () => {
    const asked: unknown[] = []
    const require = async (id: string): Promise<Requirement> => {
      asked.push(id)
      return id === 'ada' ? [['password', 'totp']] : [['password']]
    }
    const { portal } = echoPortal([knows('ada', 'x', 'a'), knowsCode('ada', '1')], { require })
    expect((await portal.login(password('ada', 'x'), 'echo')).status).toBe('pending')
    expect(asked).toEqual(['ada'])
  })

  it('takes anything but a well-formed answer of that function for a fault', async () => {
    const answers: (() => unknown)[] = [undefined, null, true, [], [[]], [['totp']], [['acme/none']], 'password'].map(
      (odd) => () => odd,
    )
    answers.push(
      () => new Promise(() => {}),
      () => Promise.reject(new Error('down')),
    )
    for (const answer of answers) {
      const { portal } = echoPortal(everybody(), { require: () => answer() as Requirement, deadlineMs: 5 })
      expect(await codeOf(portal.login(password('ada', 'x'), 'echo'))).toBe('CHECKER_UNAVAILABLE')
    }
    const { portal } = echoPortal(everybody(), {
      require: () => {
        throw new Error('down')
      },
    })
    expect(await codeOf(portal.login(password('ada', 'x'), 'echo'))).toBe('CHECKER_UNAVAILABLE')
  })

  it('does not let anonymous logins past a function that cannot be asked about them', async () => {
    const asked = vi.fn((): Requirement => [['anonymous']])
    const open = { realm: { echo: allowAnonymous(() => ({ id: 'nobody' })) } }
    const { portal } = echoPortal(everybody(), { ...open, require: asked })
    expect((await portal.login(anonymous(), 'echo')).status).toBe('refused')
    expect(asked).not.toHaveBeenCalled()
    const { portal: asking } = echoPortal(everybody(), { ...open, require: [['anonymous']] })
    expect((await asking.login(anonymous(), 'echo')).status).toBe('granted')
  })

  it('is not changed by changing the rows that it was made from', async () => {
    const row: ('password' | 'totp')[] = ['password', 'totp']
    const { portal } = echoPortal(everybody(), { require: [row] })
    row.pop()
    expect((await portal.login(password('ada', 'x'), 'echo')).status).toBe('pending')
  })
})

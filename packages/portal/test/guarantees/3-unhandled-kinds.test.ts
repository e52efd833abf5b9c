import { anonymous, digest, type PortalError, password, publickey, totp } from '@gatewright/portal'
import { describe, expect, it } from 'vitest'
import { echoPortal, knows, knowsCode } from '../cast.ts'

const key = { algorithm: 'ssh-ed25519', blob: new Uint8Array(51) }

describe('3. no checker for the kind: UNHANDLED_CREDENTIAL, naming the kind and the kinds that are accepted', () => {
  it('holds for every kind that nobody accepts', async () => {
    const { portal } = echoPortal([knowsCode('ada', '123456'), knows('ada', 'x')])
    const others = [
      anonymous(),
      publickey('ada', key),
      digest({ username: 'ada', realm: 'r', algorithm: 'SHA-256', verify: () => true }),
    ]
    for (const credential of others) {
      const error: PortalError = await portal.login(credential, 'echo').then(
        () => expect.unreachable(),
        (error) => error,
      )
      expect(error).toMatchObject({ name: 'PortalError', code: 'UNHANDLED_CREDENTIAL' })
      expect(error.message).toContain(`'${credential.kind}'`)
      expect(error.hint).toContain('totp, password')
    }
    expect((await portal.login(password('ada', 'x'), 'echo')).status).toBe('granted')
  })

  it('holds for kinds that are names of every object, and for things that are no credentials', async () => {
    const { portal } = echoPortal([knows('ada', 'x')])
    const odd = [
      undefined,
      null,
      7,
      'password',
      [],
      {},
      { kind: '__proto__' },
      { kind: 'constructor' },
      { kind: ['password'] },
    ]
    for (const credential of odd) {
      await expect(portal.login(credential as never, 'echo')).rejects.toMatchObject({ code: 'UNHANDLED_CREDENTIAL' })
    }
  })

  it('holds for the next factor too, and costs no try', async () => {
    const { portal } = echoPortal([knowsCode('ada', '123456'), knows('ada', 'x')], { require: [['password', 'totp']] })
    const login = await portal.login(password('ada', 'x'), 'echo')
    if (login.status !== 'pending') return expect.unreachable()
    for (let i = 0; i < 20; i++)
      await expect(login.next(anonymous())).rejects.toMatchObject({ code: 'UNHANDLED_CREDENTIAL' })
    expect((await login.next(totp('123456'))).status).toBe('granted')
  })
})

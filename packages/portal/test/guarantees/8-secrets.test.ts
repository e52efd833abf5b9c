import { inspect } from 'node:util'
import {
  type Credential,
  digest,
  GatewrightError,
  type LoginEvent,
  PortalError,
  password,
  totp,
} from '@gatewright/portal'
import { describe, expect, it } from 'vitest'
import { answers, echoPortal, knows, knowsCode } from '../cast.ts'

const CANARY = 'canary-Tz81'

/** Every way in which things end up in logs. */
function* prints(value: unknown): Generator<string> {
  yield inspect(value)
  yield inspect(value, { showHidden: true, depth: 20 })
  yield inspect(value, { showHidden: true, depth: 20, customInspect: false })
  yield inspect({ wrapped: [value] }, { depth: 20 })
  yield JSON.stringify(value) ?? ''
  yield JSON.stringify({ ...(value as object) })
  yield `${String(value)}`
  yield Object.entries(value as object).join()
  yield inspect(structuredCloneOf(value), { depth: 20, showHidden: true })
}

function structuredCloneOf(value: unknown): unknown {
  try {
    return structuredClone(value)
  } catch (error) {
    return error
  }
}

function expectSilent(value: unknown): void {
  for (const text of prints(value)) expect(text).not.toContain(CANARY)
}

describe('8. credentials, errors and events never show a secret', () => {
  const credentials: Credential[] = [
    password('ada', CANARY),
    totp(CANARY, 'ada'),
    digest({ username: 'ada', realm: 'r', algorithm: 'SHA-256', verify: (ha1) => ha1 === CANARY }),
  ]

  for (const credential of credentials) {
    it(`holds for a ${credential.kind}, which still says what it is`, () => {
      expectSilent(credential)
      expectSilent({ ...credential })
      expect(inspect(credential)).toContain(credential.kind)
      expect(inspect(credential)).toContain('ada')
    })
  }

  it('holds for a credential that an adapter wrote by hand: checkers see one made anew', async () => {
    const seen: unknown[] = []
    const { portal, events } = echoPortal([
      { name: 'nosy', accepts: ['password'], check: (c) => (seen.push(c), true as never) },
    ])
    await portal.login({ kind: 'password', username: 'ada', password: CANARY }, 'echo').catch(expectSilent)
    expectSilent(seen)
    expectSilent(events)
    expect((seen[0] as { password: string }).password).toBe(CANARY)
  })

  it('holds for all events and errors of logins that succeed, fail and break', async () => {
    const told: LoginEvent[] = []
    const errors: unknown[] = []
    const chains = [
      [knows('ada', CANARY), knowsCode('ada', CANARY)],
      [knows('ada', 'other'), knowsCode('ada', 'other')],
      [answers('down', () => Promise.reject(new Error('down'))), knowsCode('ada', 'x')],
      [answers('odd', () => true), knowsCode('ada', 'x')],
    ]
    for (const chain of chains) {
      const { portal, events } = echoPortal(chain, { require: [['password', 'totp'], ['password']] })
      for (const credential of credentials.slice(0, 2)) {
        const login = await portal.login(credential, 'echo').catch((error: unknown) => errors.push(error))
        expectSilent(login)
      }
      told.push(...events)
    }
    expect(told.length).toBeGreaterThan(12)
    expect(errors).toHaveLength(2)
    for (const each of [...told, ...errors]) expectSilent(each)
  })

  it('recognises errors by their brand, whichever copy of the package made them', async () => {
    const copy: typeof import('@gatewright/portal') = await import('../../src/errors.ts?copy' as string)
    const theirs = new copy.PortalError('CLOSED', 'the portal is closed')
    expect(copy.PortalError).not.toBe(PortalError)
    expect(theirs).toBeInstanceOf(PortalError)
    expect(theirs).toBeInstanceOf(GatewrightError)
    expect(theirs).toBeInstanceOf(Error)
    expect(new Error('x')).not.toBeInstanceOf(GatewrightError)
    for (const other of [new Error('x'), { name: 'PortalError', code: 'CLOSED' }, null, 'PortalError']) {
      expect(other instanceof PortalError).toBe(false)
    }
  })
})

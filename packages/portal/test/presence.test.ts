import { accept, type Checker, type KeyPresence, type PublicKeyCredential, publickey } from '@gatewright/portal'
import { describe, expect, it } from 'vitest'
import { echoPortal } from './cast.ts'

const key = { algorithm: 'sk-ssh-ed25519@openssh.com', blob: Buffer.from('key') }

/** A portal, and what its checker saw. */
function watched() {
  const seen: PublicKeyCredential[] = []
  const checker: Checker<'publickey'> = {
    name: 'keys',
    accepts: ['publickey'],
    check(credential) {
      seen.push(credential)
      return accept('ada')
    },
  }
  return { ...echoPortal([checker]), seen }
}

describe('presence: what a security key says of the person before it', () => {
  it('reaches the checker as the adapter told it', async () => {
    const { portal, seen } = watched()
    for (const touched of [true, false]) {
      for (const verified of [true, false]) {
        await portal.login(publickey('ada', key, { touched, verified }), 'echo')
        expect(seen.at(-1)?.presence).toEqual({ touched, verified })
      }
    }
  })

  it('is absent for other keys, not false', async () => {
    const { portal, seen } = watched()
    await portal.login(publickey('ada', key), 'echo')
    expect(seen).toHaveLength(1)
    expect(seen[0]).not.toHaveProperty('presence')
  })

  it('is copied, so nobody adds a touch later', async () => {
    const { portal, seen } = watched()
    const presence = { touched: false, verified: false }
    await portal.login(publickey('ada', key, presence), 'echo')
    presence.touched = true
    expect(seen[0]?.presence).toEqual({ touched: false, verified: false })
    expect(Object.isFrozen(seen[0]?.presence)).toBe(true)
  })

  it.each([
    null,
    true,
    '',
    0,
    {},
    [],
    { touched: true },
    { touched: 1, verified: true },
    { touched: 'true', verified: 'true' },
    { touched: true, verified: null },
  ])('refuses a credential whose presence is %j', async (presence) => {
    const { portal, seen } = watched()
    const login = await portal.login(publickey('ada', key, presence as unknown as KeyPresence), 'echo')
    expect(login.status).toBe('refused')
    expect(seen).toEqual([])
  })
})

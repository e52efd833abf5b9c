import { createPortal } from '@gatewright/portal'
import { expect, expectTypeOf, it } from 'vitest'
import { createTcpServer, lineLogin } from '../src/index.ts'
import { passChecker } from './rig.ts'

const portal = createPortal({
  realm: { shell: (id) => ({ run: () => id }), mail: (id) => ({ fetch: () => id.length }) },
  checkers: [passChecker()],
})
const login = lineLogin()

it('the avatar is what the realm makes', () => {
  createTcpServer({ portal, avatar: 'shell', login }, ({ as, avatar, lines, write }) => {
    expectTypeOf(as).toEqualTypeOf<'shell'>()
    expectTypeOf(avatar.run).returns.toBeString()
    expectTypeOf(lines).toExtend<AsyncIterable<string>>()
    expectTypeOf(write).returns.toEqualTypeOf<Promise<void> | undefined>()
  })
})

it('of several avatars, which one is known before it is used', () => {
  createTcpServer({ portal, avatar: ['shell', 'mail'], login }, (session) => {
    // @ts-expect-error it may be the other one
    void session.avatar.run
    if (session.as === 'mail') expectTypeOf(session.avatar.fetch).returns.toBeNumber()
  })
})

it('a portal lacking the avatar does not compile', () => {
  // @ts-expect-error this realm makes no 'ftp'
  createTcpServer({ portal, avatar: 'ftp', login }, () => undefined)
  expect(login.presents).toBe('password')
})

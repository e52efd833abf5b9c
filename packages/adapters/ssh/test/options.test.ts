import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto'
import { createPortal, type PortalOptions } from '@gatewright/portal'
import { describe, expect, it } from 'vitest'
import { createSshServer, type SshAvatar, SshError } from '../src/index.ts'
import { codes, HOST_KEY, Passwords } from './rig.ts'

type Avatars = { guest: SshAvatar }
const portal = (checkers: PortalOptions<Avatars>['checkers']) =>
  createPortal<Avatars>({ realm: { guest: () => ({}) }, checkers })
const good = { portal: portal([new Passwords()]), avatar: 'guest', hostKeys: [HOST_KEY] } as const
// @ts-expect-error: the types know no DSA any more
const dsa = (generateKeyPairSync('dsa', { modulusLength: 1024 }) as KeyPairKeyObjectResult).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
})

describe('a server that could let nobody in, or the wrong ones, is not made', () => {
  it.each([
    ['no checker of an SSH method', { portal: portal([codes]) }],
    ['no host key', { hostKeys: [] }],
    ['a host key that is none', { hostKeys: ['secret'] }],
    ['a host key of DSA', { hostKeys: [dsa] }],
    ['no avatar', { avatar: [] }],
    ['an option that does not exist', { requires: true }],
    ['a limit that does not exist', { limits: { tries: 3 } }],
    ['a limit of none', { limits: { failures: 0 } }],
    ['a limit that is endless', { limits: { loginMs: Number.POSITIVE_INFINITY } }],
    ['a door that closes before it begins to', { limits: { startupsBegin: 101 } }],
  ])('%s', (_, wrong) => {
    const make = () => createSshServer({ ...good, ...wrong } as never)
    expect(make).toThrow(SshError)
    expect(make).toThrow(expect.objectContaining({ code: 'BAD_CONFIGURATION' }))
    expect(make).not.toThrow(/secret/)
  })

  it('but this one is', async () => {
    await using server = createSshServer(good)
    expect(server.address).toBeUndefined()
    const { port } = await server.listen(0)
    const second = createSshServer(good)
    await expect(second.listen(port)).rejects.toMatchObject({ code: 'CANNOT_LISTEN' })
    await second.close()
    await expect(second.listen(0)).rejects.toMatchObject({ code: 'CLOSED' })
  })
})

import { randomBytes } from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { SshAvatar } from '../src/index.ts'
import { openssh } from './openssh.ts'
import { present } from './present.ts'
import { eventually, rig } from './rig.ts'

afterEach(() => void vi.useRealTimers())

const cat: SshAvatar = {
  exec: async ({ stdin, stdout }) => {
    await pipeline(stdin, stdout)
    return 0
  },
}

describe.skipIf(!present('ssh'))('with the client of OpenSSH', () => {
  it.each([
    ['by the volume that the client sets', 'RekeyLimit=64K', {}],
    ['by the volume that the server sets', 'RekeyLimit=default none', { rekeyBytes: 1 << 17 }],
    ['by both', 'RekeyLimit=64K', { rekeyBytes: 1 << 16 }],
  ])('new keys %s lose nothing, in either direction', async (_by, option, limits) => {
    await using door = await rig({ methods: cat, limits })
    const sent = randomBytes(2 << 20)
    const client = openssh(door.port, 'cat', option)
    client.write(sent)
    const { code, out } = await client.end()
    expect({ code, same: out.equals(sent) }).toEqual({ code: 0, same: true })
    // How many depends on how the data is cut into packets; without new keys it would be one.
    expect(client.keys).toBeGreaterThan(3)
    await eventually(() => door.guests[0]?.logouts === 1)
    expect(door.errors).toEqual([])
  })

  it('new keys after the time that the server sets are noticed by nobody', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    await using door = await rig({ methods: cat })
    const client = openssh(door.port, 'cat', 'RekeyLimit=default none')
    for (const times of [1, 2, 3]) {
      client.write(`${times}\n`)
      expect(await client.line()).toBe(`${times}`)
      await client.hasKeys(times)
      vi.advanceTimersByTime(3_600_000)
    }
    expect((await client.end()).code).toBe(0)
    expect(door.errors).toEqual([])
  })

  it('new keys after the time that the client sets are noticed by nobody', async () => {
    await using door = await rig({ methods: cat })
    const client = openssh(door.port, 'cat', 'RekeyLimit=default 1')
    client.write('one\n')
    expect(await client.line()).toBe('one')
    await client.hasKeys(2)
    client.write('two\n')
    expect(await client.line()).toBe('two')
    expect((await client.end()).code).toBe(0)
    expect(door.errors).toEqual([])
  })
})

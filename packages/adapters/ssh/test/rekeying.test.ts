import { pipeline } from 'node:stream/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { SshAvatar } from '../src/index.ts'
import {
  CHANNEL_CLOSE,
  CHANNEL_DATA,
  channelData,
  GLOBAL_REQUEST,
  nonsense,
  REQUEST_FAILURE,
  runs,
  sum,
  until,
} from './raw-channel.ts'
import { DISCONNECT, kexInit, RawClient } from './raw-client.ts'
import { eventually, rig } from './rig.ts'

afterEach(() => void vi.useRealTimers())

const cat: SshAvatar = {
  exec: async ({ stdin, stdout }) => {
    await pipeline(stdin, stdout)
    return 0
  },
}
const HOUR = 3_600_000

async function echoed(client: RawClient, text: string): Promise<string> {
  client.send(channelData(text))
  return sum(await until(client, CHANNEL_DATA)).data
}

describe('the server makes new keys', () => {
  it('after an hour, and the command that runs notices nothing', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    await using door = await rig({ methods: cat })
    using client = await RawClient.inside(door.port)
    await runs(client, 'cat')
    vi.advanceTimersByTime(HOUR - 1)
    expect(await echoed(client, 'one')).toBe('one')
    expect(client.keys).toBe(1)
    for (const [times, text] of ['two', 'three', 'four'].entries()) {
      vi.advanceTimersByTime(HOUR)
      expect(await echoed(client, text)).toBe(text)
      await eventually(() => client.keys === times + 2)
    }
    expect(door.errors).toEqual([])
  })

  it('also when nobody says anything', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] })
    await using door = await rig({ limits: { rekeyMs: 20_000 } })
    using client = await RawClient.inside(door.port)
    for (const keys of [1, 2]) {
      vi.advanceTimersByTime(15_000)
      expect((await client.answer())?.number).toBe(GLOBAL_REQUEST)
      client.send(Buffer.of(REQUEST_FAILURE))
      await eventually(() => client.keys === keys)
    }
  })

  it('by volume, also when it alone talks', async () => {
    const size = 8 << 20
    await using door = await rig({
      limits: { rekeyBytes: 1 << 20 },
      methods: {
        exec: ({ stdout }) => {
          stdout.write(Buffer.alloc(size, 7))
          return 0
        },
      },
    })
    using client = await RawClient.inside(door.port)
    // The window is so wide that the client has nothing to say.
    await runs(client, 'flood')
    const { data } = sum(await until(client, CHANNEL_CLOSE))
    expect(data).toBe('\x07'.repeat(size))
    expect(client.keys).toBeGreaterThan(7)
    expect(door.errors).toEqual([])
  })
})

describe('a client that makes no new keys', () => {
  it('is cut off after loginMs', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    await using door = await rig({ limits: { rekeyMs: 1000 } })
    using client = await RawClient.inside(door.port)
    const refused = client.refuseKeys()
    vi.advanceTimersByTime(1000)
    client.send(nonsense())
    await refused
    vi.advanceTimersByTime(59_999)
    client.send(nonsense())
    for (let n = 0; n < 10; n++) await new Promise((resolve) => setImmediate(resolve))
    expect(client.closed).toBe(false)
    vi.advanceTimersByTime(1)
    client.send(nonsense())
    expect(await client.rest()).toEqual([DISCONNECT])
    await eventually(() => door.guests[0]?.logouts === 1)
  })

  it('but wants some is gone after 60 seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
    await using door = await rig()
    using client = await RawClient.inside(door.port)
    const refused = client.refuseKeys()
    client.send(kexInit())
    await refused
    vi.advanceTimersByTime(59_999)
    for (let n = 0; n < 10; n++) await new Promise((resolve) => setImmediate(resolve))
    expect(door.server.connections).toBe(1)
    vi.advanceTimersByTime(1)
    await eventually(() => door.server.connections === 0)
    expect(door.guests).toMatchObject([{ logouts: 1 }])
    expect(door.errors).toEqual([])
  })

  it('cannot make answers pile up', async () => {
    await using door = await rig({ limits: { rekeyBytes: 1 } })
    using client = await RawClient.inside(door.port)
    void client.refuseKeys()
    for (let n = 0; n < 1100; n++) client.send(nonsense())
    expect(await client.rest()).toEqual([DISCONNECT])
    await eventually(() => door.guests[0]?.logouts === 1)
  })
})

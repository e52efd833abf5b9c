import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { SshAvatar } from '../src/index.ts'
import {
  adjust,
  CHANNEL_CLOSE,
  CHANNEL_DATA,
  CHANNEL_SUCCESS,
  channelData,
  close,
  exec,
  nonsense,
  OPEN_CONFIRMATION,
  OPEN_FAILURE,
  openSession,
  REQUEST_FAILURE,
  runs,
  sum,
  until,
  WIDEST,
} from './raw-channel.ts'
import { DISCONNECT, RawClient } from './raw-client.ts'
import { eventually, rig } from './rig.ts'

/** A command that reads nothing, and lasts as long as its client. */
const waits: SshAvatar = { exec: ({ signal }) => once(signal, 'abort').then(() => 0) }

const says = (text: string): SshAvatar => ({
  exec: ({ stdout }) => {
    stdout.write(text)
    return 0
  },
})

/** RFC 4254 section 5.2; what every client of OpenSSH has too. */
const WINDOW = 2 << 20

describe('a window (RFC 4254 section 5.2)', () => {
  it('is as much as a client may send, and one byte more ends the connection', async () => {
    await using door = await rig({ methods: waits })
    using client = await RawClient.inside(door.port)
    await runs(client, 'wait')
    let sent = 0
    for (let room = WINDOW; room > 0; ) {
      sent += room
      for (; room > 0; room -= 32_768) client.send(channelData(Buffer.alloc(Math.min(room, 32_768))))
      client.send(nonsense())
      room = sum(await until(client, REQUEST_FAILURE)).granted
    }
    // What nobody reads is kept, and no more of it is asked for.
    expect(sent).toBeLessThanOrEqual(2 * WINDOW)
    expect(client.closed).toBe(false)
    client.send(channelData('x'))
    expect((await until(client, DISCONNECT)).at(-1)?.number).toBe(DISCONNECT)
    await eventually(() => door.guests[0]?.logouts === 1)
    expect(door.errors).toEqual([])
  })

  it('is not opened beyond what its number can say', async () => {
    for (const [first, more] of [
      [WIDEST, 1],
      [1, WIDEST],
      [2 ** 31, 2 ** 31],
    ] as const) {
      for (const begun of [true, false]) {
        await using door = await rig({ methods: waits })
        using client = await RawClient.inside(door.port)
        if (begun) await runs(client, 'wait', first)
        else await client.ask(openSession(first))
        client.send(adjust(more - 1)).send(nonsense())
        expect((await client.answer())?.number).toBe(REQUEST_FAILURE)
        client.send(adjust(1))
        expect(await client.rest()).toEqual([DISCONNECT])
      }
    }
  })

  it('lets no more come than the client has room for, however often it opens', async () => {
    const text = 'x'.repeat(100)
    await using door = await rig({ methods: says(text) })
    using client = await RawClient.inside(door.port)
    await runs(client, 'speak', 0)
    let heard = ''
    for (const bytes of [1, 0, 7, 50]) {
      client.send(adjust(bytes)).send(nonsense())
      const { data } = sum(await until(client, REQUEST_FAILURE))
      expect(data).toHaveLength(bytes)
      heard += data
    }
    client.send(adjust(WIDEST))
    expect(heard + sum(await until(client, CHANNEL_CLOSE)).data).toBe(text)
  })

  it('counts what is granted before there is a program', async () => {
    await using door = await rig({ methods: says('hello') })
    using client = await RawClient.inside(door.port)
    expect((await client.ask(openSession(0)))?.number).toBe(OPEN_CONFIRMATION)
    client.send(adjust(3)).send(adjust(2)).send(exec('speak'))
    expect(sum(await until(client, CHANNEL_CLOSE)).data).toBe('hello')
  })
})

describe('a closed channel (RFC 4254 section 5.3)', () => {
  it('is closed by both, and once, with a program or without', async () => {
    await using door = await rig({ methods: waits })
    using client = await RawClient.inside(door.port)
    await client.ask(openSession())
    client.send(close()).send(close()).send(close()).send(nonsense())
    expect((await until(client, REQUEST_FAILURE)).map(({ number }) => number)).toEqual([CHANNEL_CLOSE, REQUEST_FAILURE])
  })

  it('makes room for one other, not for several', async () => {
    await using door = await rig({ methods: waits, limits: { channels: 2 } })
    using client = await RawClient.inside(door.port)
    for (let n = 0; n < 2; n++) await client.ask(openSession(WIDEST, n))
    for (let n = 0; n < 5; n++) client.send(close(1))
    expect((await client.answer())?.number).toBe(CHANNEL_CLOSE)
    expect((await client.ask(openSession(WIDEST, 2)))?.number).toBe(OPEN_CONFIRMATION)
    for (let n = 3; n < 6; n++) expect((await client.ask(openSession(WIDEST, n)))?.number).toBe(OPEN_FAILURE)
  })

  it('makes no room while its program has not returned', async () => {
    const never = Promise.withResolvers<number>()
    await using door = await rig({ methods: { exec: () => never.promise }, limits: { channels: 2, lingerMs: 1 } })
    using client = await RawClient.inside(door.port)
    for (let n = 0; n < 2; n++) {
      await client.ask(openSession(WIDEST, n))
      expect((await client.ask(exec('stay', n)))?.number).toBe(CHANNEL_SUCCESS)
      client.send(close(n))
      expect((await client.answer())?.number).toBe(CHANNEL_CLOSE)
    }
    expect((await client.ask(openSession(WIDEST, 2)))?.number).toBe(OPEN_FAILURE)
    never.resolve(0)
    await eventually(() => true)
    expect((await client.ask(openSession(WIDEST, 2)))?.number).toBe(OPEN_CONFIRMATION)
  })

  it('takes nothing any more', async () => {
    await using door = await rig({ methods: waits })
    using client = await RawClient.inside(door.port)
    await client.ask(openSession())
    client.send(close())
    expect((await client.answer())?.number).toBe(CHANNEL_CLOSE)
    client.send(exec('wait')).send(channelData('x')).send(adjust(1)).send(nonsense())
    expect((await until(client, REQUEST_FAILURE)).map(({ number }) => number)).not.toContain(CHANNEL_SUCCESS)
    expect(client.answers.map(({ number }) => number)).not.toContain(CHANNEL_DATA)
  })
})

import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SshAvatar } from '../src/index.ts'
import { GLOBAL_REQUEST, nonsense, REQUEST_FAILURE, runs } from './raw-channel.ts'
import { RawClient } from './raw-client.ts'
import { eventually, rig } from './rig.ts'

/** The server's ends, in the order in which they came. */
const sockets: Socket[] = []
const remember = (message: unknown) => void sockets.push((message as { readonly socket: Socket }).socket)
beforeEach(() => {
  sockets.length = 0
  subscribe('net.server.socket', remember)
})
afterEach(() => {
  unsubscribe('net.server.socket', remember)
  vi.useRealTimers()
})

const PIECE = Buffer.alloc(65_536, 7)

/** Writes without end to whoever takes it. */
function flood(): SshAvatar & { written: number; waits: boolean } {
  return {
    written: 0,
    waits: false,
    async exec({ stdout, signal }) {
      while (!signal.aborted) {
        this.written += PIECE.length
        if (stdout.write(PIECE)) continue
        this.waits = true
        await Promise.race([once(stdout, 'drain'), once(signal, 'abort')])
        this.waits = false
      }
      return 0
    },
  }
}

/** Nothing has moved for many turns of the event loop. */
async function still(state: () => number): Promise<void> {
  for (let turns = 0, before = state(); turns < 500; turns++) {
    await new Promise((resolve) => setImmediate(resolve))
    if (before !== state()) turns = 0
    before = state()
  }
}

describe('a client that reads nothing', () => {
  it('makes a command wait that writes without end: a megabyte is kept for it', async () => {
    const program = flood()
    await using door = await rig({ methods: { exec: (session) => program.exec?.(session) ?? 0 } })
    using client = await RawClient.inside(door.port)
    await runs(client, 'flood')
    client.socket.pause()
    await still(() => program.written)
    expect(program.waits).toBe(true)
    const kept = sockets[0]?.writableLength ?? 0
    expect(kept).toBeGreaterThanOrEqual(1 << 20)
    // The packet that reached the mark, with its envelope.
    expect(kept).toBeLessThan((1 << 20) + 33_000)
    // What it has written and that is not in the system's hands waits in its own stream, piece by piece.
    expect(program.written - (sockets[0]?.bytesWritten ?? 0)).toBeLessThanOrEqual(PIECE.length)
    client.socket.resume()
    const before = program.written
    await eventually(() => program.written > before + (8 << 20))
    expect(door.errors).toEqual([])
  })

  it('is asked every 15 seconds, and gone after 60 and lingerMs', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
    const program = flood()
    await using door = await rig({ methods: { exec: (session) => program.exec?.(session) ?? 0 } })
    using client = await RawClient.inside(door.port)
    await runs(client, 'flood')
    client.socket.pause()
    await still(() => program.written)
    vi.advanceTimersByTime(60_000 + 4999)
    await still(() => door.server.connections)
    expect(door.server.connections).toBe(1)
    vi.advanceTimersByTime(1)
    await eventually(() => door.server.connections === 0)
    expect(door.guests).toMatchObject([{ logouts: 1 }])
    expect(door.errors).toEqual([])
  })

  it('stays as long as it answers', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
    await using door = await rig()
    using client = await RawClient.inside(door.port)
    for (let n = 0; n < 10; n++) {
      vi.advanceTimersByTime(15_000)
      expect((await client.answer())?.number).toBe(GLOBAL_REQUEST)
      client.send(Buffer.of(REQUEST_FAILURE)).send(nonsense())
      expect((await client.answer())?.number).toBe(REQUEST_FAILURE)
    }
    expect(door.server.connections).toBe(1)
  })
})

import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it, onTestFinished } from 'vitest'
import { adjust, nonsense, runs, WIDEST } from '../test/raw-channel.ts'
import { RawClient } from '../test/raw-client.ts'
import { eventually, rig } from '../test/rig.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** What is neither the system's nor garbage: what was collected is given back a few turns later. */
async function memory(): Promise<number> {
  let least = Infinity
  for (let still = 0; still < 20; still++) {
    collect()
    await new Promise((resolve) => setImmediate(resolve))
    const { heapUsed, external } = process.memoryUsage()
    if (heapUsed + external < least - 65_536) still = 0
    least = Math.min(least, heapUsed + external)
  }
  return least
}

const MIB = 2 ** 20

it('40 clients that read nothing of commands without end cost two and a half megabytes each at most', async () => {
  const piece = Buffer.alloc(65_536, 7)
  let written = 0
  await using door = await rig({
    limits: { startupsBegin: 100, unauthenticatedPerSource: 100 },
    methods: {
      async exec({ stdout, signal }) {
        while (!signal.aborted) {
          written += piece.length
          if (!stdout.write(piece)) await Promise.race([once(stdout, 'drain'), once(signal, 'abort')])
        }
        return 0
      },
    },
  })
  const clients = await Promise.all(Array.from({ length: 40 }, () => RawClient.inside(door.port)))
  const before = await memory()
  for (const client of clients) {
    // Nothing comes before the client has stopped reading.
    await runs(client, 'flood', 0)
    client.socket.pause()
    client.send(adjust(WIDEST))
  }
  for (let still = 0, seen = written; still < 5000; still++) {
    await new Promise((resolve) => setImmediate(resolve))
    if (seen !== written) still = 0
    seen = written
  }
  const each = ((await memory()) - before) / clients.length
  console.log(`${(each / MIB).toFixed(2)} MiB for each client, which was sent ${(written / MIB / 40).toFixed(2)} MiB`)
  // Beside each packet that waits ssh2 keeps what it was made of.
  expect(each).toBeLessThan(2.5 * MIB)
  for (const client of clients) client.socket.destroy()
  await eventually(() => door.server.connections === 0)
  expect(door.guests.filter(({ logouts }) => logouts !== 1)).toEqual([])
  expect((await memory()) - before).toBeLessThan(10 * MIB)
})

it('a client that asks without end and reads no answer is cut off at four megabytes', async () => {
  const sockets: Socket[] = []
  const remember = (message: unknown) => void sockets.push((message as { readonly socket: Socket }).socket)
  subscribe('net.server.socket', remember)
  onTestFinished(() => void unsubscribe('net.server.socket', remember))
  await using door = await rig()
  using client = await RawClient.inside(door.port)
  client.socket.pause()
  let most = 0
  // Whoever reads nothing does not notice that they were cut off.
  while (door.server.connections > 0) {
    for (let n = 0; n < 500; n++) client.send(nonsense())
    await new Promise((resolve) => setImmediate(resolve))
    most = Math.max(most, sockets[0]?.writableLength ?? 0)
  }
  console.log(`${(most / MIB).toFixed(2)} MiB at most`)
  expect(most).toBeGreaterThan(MIB)
  expect(most).toBeLessThan(4 * MIB + 65_536)
  expect(door.guests).toMatchObject([{ logouts: 1 }])
  expect(door.errors).toEqual([])
})

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it, onTestFinished } from 'vitest'
import { playScripts } from '../test/random-scripts.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Who listens to the process. */
const listeners = () => process.eventNames().map((name) => [name, process.listenerCount(name)])

it('2,000 clients that do what they like leave nothing behind', async () => {
  const warnings: Error[] = []
  const warned = (warning: Error) => void warnings.push(warning)
  process.on('warning', warned)
  onTestFinished(() => void process.off('warning', warned))
  await playScripts(1, 100)
  collect()
  const before = { listeners: listeners(), resources: process.getActiveResourcesInfo().length }
  const heapBefore = process.memoryUsage().heapUsed
  const begin = performance.now()
  const { logins, programs } = await playScripts(2026, 2000)
  expect(performance.now() - begin).toBeLessThan(60_000)
  expect(listeners()).toEqual(before.listeners)
  // Sockets and timers. Tests have a few timers of their own; whoever leaves one behind for each client leaves 2,000.
  expect(process.getActiveResourcesInfo().length).toBeLessThan(before.resources + 10)
  expect(warnings).toEqual([])
  collect()
  // Events of 2,000 logins are kept by the test itself.
  expect(process.memoryUsage().heapUsed - heapBefore).toBeLessThan(20 << 20)
  expect(logins).toBeGreaterThan(1000)
  expect(programs).toBeGreaterThan(1000)
})

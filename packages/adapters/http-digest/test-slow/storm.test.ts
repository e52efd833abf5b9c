import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { digestScheme } from '../src/index.ts'
import { storm } from '../test/storm.ts'

it.each([1, 2, 3, 4, 5])('of a million mutated answers none is let in, and none breaks anything: part %i', (part) =>
  storm(200_000, 7617 + part),
)

it('after a million challenges that nobody answers, nothing is remembered', () => {
  const scheme = digestScheme({ realm: 'club' })
  const origin = { peer: { address: '192.0.2.7' }, secure: false }
  const ask = (times: number) => {
    for (let i = 0; i < times; i++) scheme.challenges(origin)
  }
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const used = () => {
    collect()
    return process.memoryUsage().heapUsed
  }
  ask(10_000)
  const before = used()
  ask(1_000_000)
  expect(used() - before).toBeLessThan(20 * 1024 * 1024)
})

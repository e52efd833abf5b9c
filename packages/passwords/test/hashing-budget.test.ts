import { stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { PortalError } from '@gatewright/portal'
import { describe, expect, test } from 'vitest'
import { HashingBudget, type HashingContext } from '../src/hashing-budget.ts'
import { hash, hashingBudget, verify } from '../src/index.ts'
import { trivialHash } from './trivial.ts'

const MiB = 1024 * 1024

/** Work that ends when told to, and remembers in which order it began. */
class Bench {
  readonly budget: HashingBudget = new HashingBudget()
  readonly began: string[] = []
  readonly #ends = new Map<string, (error?: Error) => void>()

  constructor(limits: Parameters<HashingBudget['configure']>[0]) {
    this.budget.configure(limits)
  }

  run(name: string, context: HashingContext = {}, memoryBytes: number = MiB): Promise<string> {
    return this.budget.run(memoryBytes, context, () => {
      this.began.push(name)
      return new Promise((resolve, reject) => {
        this.#ends.set(name, (error) => (error ? reject(error) : resolve(name)))
      })
    })
  }

  async end(name: string, error?: Error): Promise<void> {
    const end = this.#ends.get(name)
    this.#ends.delete(name)
    end?.(error)
    await turn()
  }

  /** The n-th of those that run. */
  async endOne(n: number): Promise<void> {
    const running = [...this.#ends.keys()]
    await this.end(running[n % running.length] ?? '')
  }

  /** Ends whatever runs, oldest first, until nothing does. */
  async drain(): Promise<void> {
    await turn()
    while (this.#ends.size > 0) await this.endOne(0)
  }
}

/** One turn of the event loop: every promise that can settle has settled. */
const turn = () => new Promise((resolve) => setImmediate(resolve))
const from = (address: string): HashingContext => ({ peer: { address } })
const outcome = (promise: Promise<unknown>) => promise.catch((error: PortalError) => error.code)

describe('threads', () => {
  test('by default one of the pool stays free, and 64 for each of the others may wait', () => {
    const { threads, memoryBytes, queueLimit } = new HashingBudget().limits
    expect(threads).toBe(Math.max(1, Math.min(availableParallelism(), 4) - 1))
    expect({ memoryBytes, queueLimit }).toEqual({ memoryBytes: 256 * MiB, queueLimit: 64 * threads })
  })

  test('never more than that many run; the next begins when one ends, well or badly', async () => {
    const bench = new Bench({ threads: 2 })
    const all = ['a', 'b', 'c', 'd'].map((name) => outcome(bench.run(name)))
    await turn()
    expect(bench.began).toEqual(['a', 'b'])
    expect(bench.budget).toMatchObject({ running: 2, queued: 2, started: 2, memoryBytes: 2 * MiB })
    await bench.end('b', new PortalError('CLOSED', 'it broke'))
    expect(bench.began).toEqual(['a', 'b', 'c'])
    await bench.drain()
    expect(await Promise.all(all)).toEqual(['a', 'CLOSED', 'c', 'd'])
    expect(bench.budget).toMatchObject({ running: 0, queued: 0, started: 4, memoryBytes: 0, refused: 0, dropped: 0 })
  })

  test('work that throws at once frees its place', async () => {
    const bench = new Bench({ threads: 1 })
    const failing = bench.budget.run(MiB, {}, () => {
      throw new Error('at once')
    })
    await expect(failing).rejects.toThrow('at once')
    const next = bench.run('next')
    await turn()
    await bench.drain()
    expect(await next).toBe('next')
    expect(bench.budget).toMatchObject({ running: 0, memoryBytes: 0 })
  })
})

describe('memory', () => {
  test('what runs together never exceeds it, and what is waited for is not overtaken by what is smaller', async () => {
    const bench = new Bench({ threads: 3, memoryBytes: 64 * MiB })
    const all = [bench.run('a', {}, 40 * MiB), bench.run('b', {}, 40 * MiB), bench.run('c', {}, MiB)]
    await turn()
    expect(bench.began).toEqual(['a'])
    expect(bench.budget).toMatchObject({ running: 1, queued: 2, memoryBytes: 40 * MiB })
    await bench.end('a')
    expect(bench.began).toEqual(['a', 'b', 'c'])
    expect(bench.budget.memoryBytes).toBe(41 * MiB)
    await bench.drain()
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c'])
  })

  test('what alone would exceed it is refused and not begun', async () => {
    const bench = new Bench({ threads: 1, memoryBytes: 64 * MiB })
    await expect(bench.run('a', {}, 64 * MiB + 1)).rejects.toMatchObject({ code: 'COST_ABOVE_LIMIT' })
    expect(bench.began).toEqual([])
  })
})

describe('turns', () => {
  test('go round the peers, first come first served within each', async () => {
    const bench = new Bench({ threads: 1 })
    const names = ['a0', 'a1', 'a2', 'a3', 'b1', 'b2', 'c1']
    const all = names.map((name) => bench.run(name, from(`192.0.2.${name.charCodeAt(0)}`)))
    await turn()
    await bench.drain()
    expect(bench.began).toEqual(['a0', 'a1', 'b1', 'c1', 'a2', 'b2', 'a3'])
    await Promise.all(all)
  })

  test('are shared by a whole /64', async () => {
    const bench = new Bench({ threads: 1 })
    const all = [
      bench.run('first'),
      ...[1, 2, 3].map((n) => bench.run(`flood${n}`, from(`2001:db8::${n}`))),
      bench.run('other', from('2001:db8:0:1::1')),
    ]
    await turn()
    await bench.drain()
    expect(bench.began).toEqual(['first', 'flood1', 'other', 'flood2', 'flood3'])
    await Promise.all(all)
  })
})

describe('the queue', () => {
  test('past its limit refuses at once, and says when to come back', async () => {
    const bench = new Bench({ threads: 1, queueLimit: 2 })
    const all = ['a', 'b', 'c'].map((name) => bench.run(name))
    const error = await bench.run('d').catch((error: unknown) => error)
    expect(error).toBeInstanceOf(PortalError)
    expect(error).toMatchObject({ code: 'OVERLOADED', hint: expect.any(String) })
    expect((error as PortalError).retryAfterMs).toBeGreaterThanOrEqual(250)
    expect(bench.budget).toMatchObject({ running: 1, queued: 2, refused: 1 })
    await bench.drain()
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c'])
  })

  test('cannot be filled by one peer against all others: it gives up its last for a newcomer', async () => {
    const bench = new Bench({ threads: 1, queueLimit: 4 })
    const flood = ['f0', 'f1', 'f2', 'f3', 'f4'].map((name) => outcome(bench.run(name, from('192.0.2.66'))))
    const guest = bench.run('guest', from('192.0.2.1'))
    expect(await flood[4]).toBe('OVERLOADED')
    expect(await outcome(bench.run('f5', from('192.0.2.66')))).toBe('OVERLOADED')
    await bench.drain()
    expect(await guest).toBe('guest')
    expect(bench.began).toEqual(['f0', 'f1', 'guest', 'f2', 'f3'])
    expect(await Promise.all(flood)).toEqual(['f0', 'f1', 'f2', 'f3', 'OVERLOADED'])
    expect(bench.budget).toMatchObject({ refused: 2, queued: 0 })
  })

  test('of many peers with one each refuses the newcomer', async () => {
    const bench = new Bench({ threads: 1, queueLimit: 3 })
    const all = [1, 2, 3, 4].map((n) => bench.run(`p${n}`, from(`192.0.2.${n}`)))
    expect(await outcome(bench.run('p5', from('192.0.2.5')))).toBe('OVERLOADED')
    await turn()
    await bench.drain()
    expect(await Promise.all(all)).toEqual(['p1', 'p2', 'p3', 'p4'])
  })
})

describe('a signal', () => {
  test('that fires while the work waits drops it, and its place goes to another', async () => {
    const bench = new Bench({ threads: 1, queueLimit: 1 })
    const leaving = new AbortController()
    const first = bench.run('first')
    const dropped = bench.run('dropped', { signal: leaving.signal })
    leaving.abort(new Error('the client left'))
    await expect(dropped).rejects.toMatchObject({ code: 'ABORTED', cause: { message: 'the client left' } })
    const next = bench.run('next')
    await turn()
    await bench.drain()
    expect(await Promise.all([first, next])).toEqual(['first', 'next'])
    expect(bench.began).toEqual(['first', 'next'])
    expect(bench.budget).toMatchObject({ started: 2, dropped: 1, refused: 0, queued: 0 })
  })

  test('that has fired already begins nothing', async () => {
    const bench = new Bench({ threads: 1 })
    await expect(bench.run('never', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' })
    expect(bench.budget).toMatchObject({ started: 0, dropped: 1 })
  })

  test('that fires when the work has begun changes nothing', async () => {
    const bench = new Bench({ threads: 1 })
    const leaving = new AbortController()
    const running = bench.run('a', { signal: leaving.signal })
    await turn()
    leaving.abort()
    await bench.drain()
    expect(await running).toBe('a')
    expect(bench.budget).toMatchObject({ running: 0, dropped: 0 })
  })

  test('of the big one that blocks the line frees those behind it', async () => {
    const bench = new Bench({ threads: 2, memoryBytes: 64 * MiB })
    const leaving = new AbortController()
    const first = bench.run('first', {}, 40 * MiB)
    const big = outcome(bench.run('big', { signal: leaving.signal }, 60 * MiB))
    const small = bench.run('small', {}, MiB)
    await turn()
    expect(bench.began).toEqual(['first'])
    leaving.abort()
    await turn()
    expect(bench.began).toEqual(['first', 'small'])
    await bench.drain()
    expect(await Promise.all([first, big, small])).toEqual(['first', 'ABORTED', 'small'])
  })
})

test('10,000 random comings, goings and endings: never over a limit, nothing lost, all counters back at zero', async () => {
  const bench = new Bench({ threads: 3, memoryBytes: 64 * MiB, queueLimit: 20 })
  let state = 7
  const random = (n: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % n
  }
  const outcomes: Promise<unknown>[] = []
  const leaving: AbortController[] = []
  for (let i = 0; i < 10_000; i++) {
    const controller = new AbortController()
    leaving.push(controller)
    const context = { ...from(`192.0.2.${random(6)}`), signal: controller.signal }
    outcomes.push(outcome(bench.run(`job${i}`, context, (1 + random(50)) * MiB)))
    if (random(4) === 0) leaving[Math.max(0, i - random(10))]?.abort()
    if (random(4) > 0) await bench.endOne(random(3))
    expect(bench.budget.running).toBeLessThanOrEqual(3)
    expect(bench.budget.memoryBytes).toBeLessThanOrEqual(64 * MiB)
    expect(bench.budget.queued).toBeLessThanOrEqual(20)
  }
  await bench.drain()
  const ends = await Promise.all(outcomes)
  const { running, queued, memoryBytes, started, refused, dropped } = bench.budget
  expect({ running, queued, memoryBytes }).toEqual({ running: 0, queued: 0, memoryBytes: 0 })
  expect(started + refused + dropped).toBe(10_000)
  expect(ends.filter((end) => end === 'OVERLOADED')).toHaveLength(refused)
  expect(ends.filter((end) => end === 'ABORTED')).toHaveLength(dropped)
  expect(Math.min(started, refused, dropped)).toBeGreaterThan(100)
})

describe('configure', () => {
  test.each([
    ['no thread', { threads: 0 }],
    ['half a thread', { threads: 1.5 }],
    ['the whole pool', { threads: 4 }],
    ['NaN', { threads: Number.NaN }],
    ['less memory than one derivation', { memoryBytes: 1024 }],
    ['endless memory', { memoryBytes: Number.POSITIVE_INFINITY }],
    ['no queue', { queueLimit: 0 }],
    ['a misspelt limit', { threds: 1 } as object],
  ])('refuses %s and leaves everything as it was', (_what, limits) => {
    const budget = new HashingBudget()
    const before = budget.limits
    expect(() => budget.configure(limits)).toThrow(
      expect.objectContaining({ code: 'BAD_CONFIGURATION', hint: expect.any(String) }),
    )
    expect(budget.limits).toBe(before)
    budget.configure({ threads: 1 })
  })

  test('is done once', () => {
    const budget = new HashingBudget()
    budget.configure({ threads: 2 })
    expect(budget.limits).toEqual({ threads: 2, memoryBytes: 256 * MiB, queueLimit: 128 })
    expect(() => budget.configure({ threads: 1 })).toThrow(expect.objectContaining({ code: 'BAD_CONFIGURATION' }))
  })
})

describe('the budget of the process', () => {
  test('is found by every copy of this package', () => {
    expect(Reflect.get(globalThis, Symbol.for('gatewright.hashing-budget'))).toBe(hashingBudget)
  })

  test('pays for verify and hash: once each', async () => {
    const before = hashingBudget.started
    const stored = await trivialHash('sesame')
    expect(hashingBudget.started - before).toBe(1)
    await verify(stored, 'sesame')
    await verify(stored, 'wrong')
    expect(hashingBudget.started - before).toBe(3)
  })

  test('lets go of what its caller no longer waits for', async () => {
    const leaving = new AbortController()
    const stored = await trivialHash('sesame')
    const others = Array.from({ length: hashingBudget.limits.threads + 1 }, () => hash('sesame'))
    const before = hashingBudget.dropped
    const given = [hash('x', {}, { signal: leaving.signal }), verify(stored, 'x', { signal: leaving.signal })]
    leaving.abort()
    expect(await Promise.all(given.map(outcome))).toEqual(['ABORTED', 'ABORTED'])
    expect(hashingBudget.dropped - before).toBe(2)
    await Promise.all(others)
    expect(hashingBudget).toMatchObject({ running: 0, queued: 0, memoryBytes: 0 })
  })

  test('keeps the event loop turning and the pool open while hashes wait', async () => {
    const storm = Promise.all(Array.from({ length: 20 }, () => hash('sesame')))
    let finished = false
    const end = storm.then(() => {
      finished = true
    })
    await turn()
    // File reads need libuv's pool too: this one comes through while the storm still waits.
    await stat(new URL(import.meta.url))
    expect(finished).toBe(false)
    expect(hashingBudget.queued).toBeGreaterThan(0)
    await end
  })
})

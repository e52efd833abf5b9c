import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { PortalError } from '@gatewright/portal'
import { describe, expect, it } from 'vitest'
import { type MemoryStateOptions, memoryState, StateError } from '../src/index.ts'

// That memoryState keeps every law of a state store is tested in the testkit, test/state-tests.test.ts: the testkit needs
// this package, and packages that need each other in a circle cannot be built.

const HOUR = 3_600_000

/** A store with a clock that stands until it is told otherwise. */
function rig(options: MemoryStateOptions = {}) {
  const clock = { ms: 0 }
  return { clock, state: memoryState({ now: () => clock.ms, ...options }) }
}

describe('time', () => {
  it('ends a claim at its last millisecond, and no earlier', async () => {
    const { clock, state } = rig()
    expect(await state.claim('k', 1_000)).toBe(true)
    clock.ms = 999
    expect(await state.claim('k', 1_000)).toBe(false)
    clock.ms = 1_000
    expect(await state.claim('k', 1_000)).toBe(true)
  })

  it('is counted from the last number that was let through', async () => {
    const { clock, state } = rig()
    await state.advance('k', 1, 1_000)
    clock.ms = 900
    expect(await state.advance('k', 2, 1_000)).toBe(true)
    clock.ms = 1_800
    expect(await state.advance('k', 2, 1_000)).toBe(false)
    clock.ms = 1_900
    expect(await state.advance('k', 1, 1_000)).toBe(true)
  })

  it('is never made shorter by a later number', async () => {
    const { clock, state } = rig()
    await state.window('w', 1, 64, HOUR)
    await state.window('w', 2, 64, 1)
    await state.advance('a', 1, HOUR)
    await state.advance('a', 2, 1)
    clock.ms = HOUR - 1
    expect(await state.window('w', 1, 64, 1)).toBe('replay')
    expect(await state.advance('a', 2, 1)).toBe(false)
  })

  it('counts hits from the first to the end of its window', async () => {
    const { clock, state } = rig()
    expect(await state.hit('k', 1_000)).toEqual({ count: 1, resetMs: 1_000 })
    clock.ms = 600
    expect(await state.hit('k', 5_000, 4)).toEqual({ count: 5, resetMs: 400 })
    clock.ms = 1_000
    expect(await state.hit('k', 1_000, 0)).toEqual({ count: 0, resetMs: 0 })
    expect(await state.hit('k', 1_000)).toEqual({ count: 1, resetMs: 1_000 })
  })

  it('stands still when the clock goes back', async () => {
    const { clock, state } = rig()
    clock.ms = 10_000
    await state.claim('k', 1_000)
    clock.ms = 0
    expect(await state.claim('k', 1_000)).toBe(false)
    clock.ms = 10_999
    expect(await state.claim('k', 1_000)).toBe(false)
    clock.ms = Number.NaN
    expect(await state.claim('k', 1_000)).toBe(false)
    clock.ms = 11_000
    expect(await state.claim('k', 1_000)).toBe(true)
  })
})

describe('memory is bounded', () => {
  const FULL = { name: 'PortalError', code: 'OVERLOADED' }

  /** Claims keys until there is no room. */
  async function fill(state: ReturnType<typeof memoryState>, ttlMs: number): Promise<number> {
    for (let n = 0; ; n++) {
      try {
        await state.claim(`key ${n}`, ttlMs)
      } catch (error) {
        expect(error).toBeInstanceOf(PortalError)
        expect(error).toMatchObject(FULL)
        return n
      }
    }
  }

  it('takes nothing new when it is full, and forgets nothing for it', async () => {
    const { clock, state } = rig({ maxBytes: 65_536 })
    clock.ms = 50
    const kept = await fill(state, 1_000)
    expect(kept).toBeGreaterThan(100)
    expect(state.bytes).toBeLessThanOrEqual(65_536)
    clock.ms = 1_000
    await expect(state.claim('another', HOUR)).rejects.toMatchObject({ ...FULL, retryAfterMs: 50 })
    await expect(state.advance('another', 1, HOUR)).rejects.toMatchObject(FULL)
    await expect(state.window('another', 1, 64, HOUR)).rejects.toMatchObject(FULL)
    await expect(state.hit('another', HOUR)).rejects.toMatchObject(FULL)
    await expect(state.put('another', 'x', HOUR)).rejects.toMatchObject(FULL)
    for (let n = 0; n < kept; n++) expect(await state.claim(`key ${n}`, HOUR)).toBe(false)
    clock.ms = 1_050
    expect(await state.claim('another', HOUR)).toBe(true)
  })

  it('goes on with what it knows when it is full', async () => {
    const { state } = rig({ maxBytes: 65_536 })
    await state.advance('a', 1, HOUR)
    await state.window('w', 1, 64, HOUR)
    await state.hit('h', HOUR)
    await state.put('v', 'old', HOUR)
    await fill(state, HOUR)
    expect(await state.advance('a', 2, HOUR)).toBe(true)
    expect(await state.window('w', 2, 64, HOUR)).toBe('fresh')
    expect(await state.hit('h', HOUR)).toMatchObject({ count: 2 })
    await expect(state.put('v', 'x'.repeat(10_000), HOUR)).rejects.toMatchObject(FULL)
    expect(await state.take('v')).toBe('old')
  })

  it('gives the memory of what has expired back by itself, however mixed the times', async () => {
    const { clock, state } = rig({ maxBytes: 4 * 1024 * 1024 })
    let most = 0
    for (let n = 0; n < 100_000; n++) {
      clock.ms += 1
      await state.claim(`key ${n}`, 1 + ((n * 7_919) % 2_000))
      most = Math.max(most, state.bytes)
    }
    // About a thousand are alive at any time.
    expect(most).toBeLessThan(2 * 2_000 * 512)
  })

  it('keeps what is renewed in time, for as long as it is', async () => {
    const { clock, state } = rig({ maxBytes: 65_536 })
    await state.window('w', 0, 64, 1_000)
    for (let n = 1; n < 1_000; n++) {
      clock.ms += 500
      await state.claim(`key ${n}`, 10)
      expect(await state.window('w', n, 64, 1_000)).toBe('fresh')
      expect(await state.window('w', n - 1, 64, 1_000)).toBe('replay')
    }
    clock.ms += 1_000
    expect(await state.window('w', 1, 64, 1_000)).toBe('fresh')
  })

  it('counts what is deleted, taken and replaced as gone', async () => {
    const { state } = rig()
    for (let n = 0; n < 10; n++) await state.put('v', 'x'.repeat(n), HOUR)
    await state.claim('v', HOUR)
    await state.hit('h', HOUR)
    const before = state.bytes
    await state.put('v', 'x'.repeat(9), HOUR)
    expect(state.bytes).toBe(before)
    expect(await state.delete('v')).toBe(true)
    expect(await state.delete('v')).toBe(false)
    expect(await state.delete('h')).toBe(true)
    await state.put('v', 'x', HOUR)
    await state.take('v')
    expect(state.bytes).toBe(0)
  })
})

it('holds what it was given, and not the longer text that this was cut out of', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const { state } = rig()
  /** What a header or a body leaves in memory, when a piece of it is kept. */
  const grown = async (keep: (piece: string) => Promise<unknown>) => {
    collect()
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < 200; i++) await keep(Buffer.alloc(100_000, `${i} is a piece. `).toString('latin1').slice(0, 40))
    collect()
    return process.memoryUsage().heapUsed - before
  }
  const size = 5 * 1024 * 1024
  expect(await grown((piece) => state.claim(piece, HOUR))).toBeLessThan(size)
  expect(await grown((piece) => state.advance(piece, 1, HOUR))).toBeLessThan(size)
  expect(await grown((piece) => state.window(`nonce ${piece}`, 1, 64, HOUR))).toBeLessThan(size)
  expect(await grown((piece) => state.hit(piece, HOUR))).toBeLessThan(size)
  expect(await grown((piece) => state.put(piece, piece, HOUR))).toBeLessThan(size)
})

describe('calls that no store takes', () => {
  const { state } = rig()
  it.each<[string, () => Promise<unknown>]>([
    ['a key of 1,025 bytes', () => state.claim('k'.repeat(1_025), 1)],
    ['a key of 1,026 bytes in 342 characters', () => state.get('\u20ac'.repeat(342))],
    ['half a character', () => state.take('\ud800')],
    ['a key that is no text', () => state.delete(7 as never)],
    ['no time', () => state.claim('k', 0)],
    ['time that is no number', () => state.claim('k', '60000' as never)],
    ['time that never ends', () => state.put('k', 'v', Number.POSITIVE_INFINITY)],
    ['time of no length', () => state.hit('k', Number.NaN)],
    ['a negative number', () => state.advance('k', -1, 1)],
    ['a fraction', () => state.window('k', 0.5, 64, 1)],
    ['a number that is rounded already', () => state.advance('k', 2 ** 53, 1)],
    ['a window of nothing', () => state.window('k', 1, 0, 1)],
    ['a window too wide', () => state.window('k', 1, 1_025, 1)],
    ['half a hit', () => state.hit('k', 1, 0.5)],
    ['a million and one hits', () => state.hit('k', 1, 1_000_001)],
    ['a value of 65,537 bytes', () => state.put('k', 'v'.repeat(65_537), 1)],
    ['half a character to keep', () => state.put('k', '\udc00', 1)],
  ])('%s', async (_what, call) => {
    const fault = await call().catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(StateError)
    expect(fault).toMatchObject({ code: 'BAD_CALL' })
    expect(state.bytes).toBe(0)
  })

  it('and the largest that it does', async () => {
    const { state } = rig()
    expect(await state.claim('k'.repeat(1_024), 366 * 24 * HOUR)).toBe(true)
    expect(await state.claim('', 0.25)).toBe(true)
    await state.put('', '\u{1f511}'.repeat(16_384), HOUR)
    expect(await state.get('')).toHaveLength(32_768)
  })
})

describe('options that could not work are refused at once', () => {
  it.each<[string, unknown]>([
    ['a misspelt one', { maxEntries: 5 }],
    ['no room', { maxBytes: 0 }],
    ['endless room', { maxBytes: Number.POSITIVE_INFINITY }],
    ['a clock that stands', { now: 5 }],
  ])('%s', (_what, options) => {
    expect(() => memoryState(options as never)).toThrow(
      expect.objectContaining({ name: 'PortalError', code: 'BAD_CONFIGURATION' }),
    )
  })
})

it('starts no timer: a process with nothing else to do ends', async () => {
  const before = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
  const state = memoryState()
  await state.claim('k', HOUR)
  expect(process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout')).toHaveLength(before)
})

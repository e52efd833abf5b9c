import { checkCost, checkCount, checkKey, checkStep, checkTtl, checkValue } from './check-arguments.ts'
import { CountWindow } from './count-window.ts'
import { StateError } from './errors.ts'
import type { StateStore } from './state-store.ts'

/** How the store of one process is made. */
export interface MemoryStateOptions {
  /**
   * The most keys at a time. When they are used up and none has outlived its time the store is full, which is a fault:
   * forgetting one early would let a replay in. @default 1_000_000
   */
  readonly maxKeys?: number
  /** A clock that never goes back, in milliseconds. @default performance.now */
  readonly now?: () => number
}

/** What a key holds; each verb has a kind of its own. */
type Held = true | number | string | CountWindow | { count: number }

interface Entry {
  held: Held
  until: number
}

const MAX_KEYS = 1_000_000
/** Fewer are not worth looking through. */
const FIRST_SWEEP = 1024

/**
 * The store of one process: what it knows ends with it. No timers: what has outlived its time goes when room is wanted, so
 * that a key costs the same however many there are.
 *
 * @throws {StateError} `BAD_CONFIGURATION`
 */
export function memoryState(options: MemoryStateOptions = {}): StateStore {
  const { maxKeys = MAX_KEYS, now = () => performance.now(), ...unknown } = options
  if (Object.keys(unknown).length > 0 || typeof now !== 'function' || !Number.isSafeInteger(maxKeys) || maxKeys < 1) {
    throw new StateError('BAD_CONFIGURATION', 'memoryState has the options maxKeys, a whole number, and now, a clock', {
      hint: `Leave them out: there is room for ${MAX_KEYS} keys.`,
    })
  }
  const entries = new Map<string, Entry>()
  let sweepAt = Math.min(FIRST_SWEEP, maxKeys)

  function alive(key: string, time: number): Entry | undefined {
    checkKey(key)
    const entry = entries.get(key)
    return entry && entry.until > time ? entry : undefined
  }

  function keep(key: string, held: Held, until: number, time: number): void {
    if (entries.size >= sweepAt && !entries.has(key)) sweep(time)
    entries.set(key, { held, until })
  }

  /** Looks through all keys, but only once for as many new ones as there were left the last time. */
  function sweep(time: number): void {
    for (const [key, { until }] of entries) if (until <= time) entries.delete(key)
    if (entries.size >= maxKeys) {
      throw new StateError('FULL', `the state store holds ${maxKeys} keys, and each is still needed`, {
        hint: 'Give memoryState more maxKeys, or keep the state in Redis: @gatewright/state-redis.',
      })
    }
    sweepAt = Math.min(maxKeys, Math.max(FIRST_SWEEP, 2 * entries.size))
  }

  return {
    shared: false,

    async claim(key, ttlMs) {
      checkTtl(ttlMs)
      const time = now()
      if (alive(key, time)) return false
      keep(key, true, time + ttlMs, time)
      return true
    },

    async advance(key, to, ttlMs) {
      checkStep(to)
      checkTtl(ttlMs)
      const time = now()
      const entry = alive(key, time)
      if (entry && numberIn(entry) >= to) return false
      keep(key, to, time + ttlMs, time)
      return true
    },

    async window(key, n, size, ttlMs) {
      checkCount(n, size)
      checkTtl(ttlMs)
      const time = now()
      const entry = alive(key, time)
      if (!entry) {
        const window = new CountWindow(size)
        keep(key, window, time + ttlMs, time)
        return window.add(n)
      }
      const { held } = entry
      if (!(held instanceof CountWindow) || held.size !== size) throw misused()
      const answer = held.add(n)
      if (answer === 'fresh') entry.until = time + ttlMs
      return answer
    },

    async hit(key, windowMs, cost = 1) {
      checkTtl(windowMs)
      checkCost(cost)
      const time = now()
      const entry = alive(key, time)
      if (!entry) {
        keep(key, { count: cost }, time + windowMs, time)
        return { count: cost, resetMs: windowMs }
      }
      const { held } = entry
      if (typeof held !== 'object' || held instanceof CountWindow) throw misused()
      held.count += cost
      return { count: held.count, resetMs: Math.ceil(entry.until - time) }
    },

    async put(key, value, ttlMs) {
      checkKey(key)
      checkValue(value)
      checkTtl(ttlMs)
      const time = now()
      keep(key, value, time + ttlMs, time)
    },

    async get(key) {
      return textIn(alive(key, now()))
    },

    async take(key) {
      const text = textIn(alive(key, now()))
      if (text !== undefined) entries.delete(key)
      return text
    },

    async delete(key) {
      checkKey(key)
      entries.delete(key)
    },
  }
}

function numberIn({ held }: Entry): number {
  if (typeof held === 'number') return held
  throw misused()
}

function textIn(entry: Entry | undefined): string | undefined {
  if (entry === undefined || typeof entry.held === 'string') return entry?.held as string | undefined
  throw misused()
}

const misused = (): StateError =>
  new StateError('BAD_ARGUMENT', 'this key belongs to another verb', {
    hint: 'Begin the keys of each purpose with a word of its own.',
  })

import { PortalError } from '@gatewright/portal'
import { checkCost, checkKey, checkNumber, checkSize, checkTtl, checkValue } from './bounds.ts'
import { copied, type Entry, Room } from './room.ts'
import { SlidingWindow } from './sliding-window.ts'
import type { Hits, StateStore, WindowVerdict } from './state-store.ts'

export interface MemoryStateOptions {
  /** What everything kept may take, by an estimate; past it nothing new is taken. @default 134_217_728 (128 MiB) */
  readonly maxBytes?: number
  /** Milliseconds from any beginning. Going back is taken for standing still. @default performance.now */
  readonly now?: () => number
}

/** A store of one process. */
export interface MemoryState extends StateStore {
  readonly shared: false
  /** What everything kept takes now, by the same estimate. */
  readonly bytes: number
}

const MAX_BYTES = 128 * 1024 * 1024
const MIN_BYTES = 64 * 1024

/**
 * Keeps state in this process: for one process it is all that is needed, and after a restart it knows nothing.
 *
 * Its methods reject with a `PortalError` `OVERLOADED` when it is full, which is what a login that needs it then ends in.
 *
 * @throws {PortalError} `BAD_CONFIGURATION` for options that do not exist or could not work. Not an error class of its own:
 * it is a mistake in putting a server together, like those that `createPortal` finds.
 */
export function memoryState(options: MemoryStateOptions = {}): MemoryState {
  const { maxBytes, now } = checkOptions(options)
  const room = new Room(maxBytes, now)
  const claims = new Map<string, Entry<true>>()
  const heights = new Map<string, Entry<number>>()
  const windows = new Map<string, Entry<SlidingWindow>>()
  const counts = new Map<string, Entry<number>>()
  const values = new Map<string, Entry<string>>()
  const all: readonly Map<string, Entry>[] = [claims, heights, windows, counts, values]

  return {
    shared: false,
    get bytes(): number {
      return room.bytes
    },

    async claim(key: string, ttlMs: number): Promise<boolean> {
      checkKey(key)
      const ttl = checkTtl(ttlMs)
      if (room.find(claims, key)) return false
      room.keep(claims, key, true, ttl)
      return true
    },

    async advance(key: string, to: number, ttlMs: number): Promise<boolean> {
      checkKey(key)
      checkNumber(to)
      const ttl = checkTtl(ttlMs)
      const height = room.find(heights, key)
      if (!height) room.keep(heights, key, to, ttl)
      else if (to <= height.value) return false
      else {
        height.value = to
        room.prolong(height, ttl)
      }
      return true
    },

    async window(key: string, n: number, size: number, ttlMs: number): Promise<WindowVerdict> {
      checkKey(key)
      checkNumber(n)
      checkSize(size)
      const ttl = checkTtl(ttlMs)
      const known = room.find(windows, key)
      if (!known) {
        const begun = new SlidingWindow(size)
        room.keep(windows, key, begun, ttl, size / 16)
        return begun.mark(n)
      }
      const verdict = known.value.mark(n)
      if (verdict === 'fresh') room.prolong(known, ttl)
      return verdict
    },

    async hit(key: string, windowMs: number, cost = 1): Promise<Hits> {
      checkKey(key)
      const ttl = checkTtl(windowMs)
      checkCost(cost)
      const known = room.find(counts, key)
      if (known) {
        known.value = Math.min(Math.max(known.value + cost, 0), Number.MAX_SAFE_INTEGER)
        return { count: known.value, resetMs: Math.ceil(known.expires - room.now()) }
      }
      if (cost <= 0) return { count: 0, resetMs: 0 }
      room.keep(counts, key, cost, ttl)
      return { count: cost, resetMs: ttl }
    },

    async put(key: string, value: string, ttlMs: number): Promise<void> {
      checkKey(key)
      checkValue(value)
      const ttl = checkTtl(ttlMs)
      room.keep(values, key, copied(value), ttl, value.length)
    },

    async get(key: string): Promise<string | undefined> {
      return room.find(values, checkKey(key))?.value
    },

    async take(key: string): Promise<string | undefined> {
      const entry = room.find(values, checkKey(key))
      if (entry) room.drop(entry)
      return entry?.value
    },

    async delete(key: string): Promise<boolean> {
      checkKey(key)
      let any = false
      for (const home of all) {
        const entry = room.find(home, key)
        if (!entry) continue
        room.drop(entry)
        any = true
      }
      return any
    },
  }
}

function checkOptions({
  maxBytes = MAX_BYTES,
  now = () => performance.now(),
  ...others
}: MemoryStateOptions): Required<MemoryStateOptions> {
  const bad = (problem: string, hint?: string) =>
    new PortalError('BAD_CONFIGURATION', problem, hint === undefined ? {} : { hint })
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw bad(`memoryState has no option '${unknown}'`, 'It has maxBytes and now.')
  if (!Number.isSafeInteger(maxBytes) || maxBytes < MIN_BYTES) {
    throw bad(`maxBytes is a whole number from ${MIN_BYTES} on`, 'An entry takes about half a kilobyte.')
  }
  if (typeof now !== 'function') throw bad('now is a function')
  return { maxBytes, now }
}

/**
 * One-time and counted things, behind verbs that are atomic: of any number of callers, in any number of processes that
 * share a store, each learns what is true for it alone.
 *
 * A key is 1 to 1,024 bytes of text and belongs to one verb; a value is text of at most 65,536 bytes. Times are
 * milliseconds. Whatever has outlived its time is as if it had never been.
 */
export interface StateStore {
  /** Whether other processes see the same state. */
  readonly shared: boolean
  /** `true` for exactly one caller, until `ttlMs` are over. */
  claim(key: string, ttlMs: number): Promise<boolean>
  /** `true` only if `to` is greater than ever before; the time begins anew then. A whole number from 0 to 2^53 - 1. */
  advance(key: string, to: number, ttlMs: number): Promise<boolean>
  /**
   * Counts that may come out of order, each once: `too-old` when `n` is `size` or more below the highest, `replay` when it
   * was there before. The time begins anew with each that is fresh. `n` is from 0 to 2^32 - 1, `size` from 1 to 1,024, the
   * same for one key.
   */
  window(key: string, n: number, size: number, ttlMs: number): Promise<WindowAnswer>
  /** Adds `cost` (1) and answers with the sum, and how long it will last: the first one starts a window of `windowMs`. */
  hit(key: string, windowMs: number, cost?: number): Promise<{ readonly count: number; readonly resetMs: number }>
  /** Keeps a value, in place of an earlier one. */
  put(key: string, value: string, ttlMs: number): Promise<void>
  get(key: string): Promise<string | undefined>
  /** The value, for exactly one caller: it is gone then. */
  take(key: string): Promise<string | undefined>
  /** Forgets a key, whichever verb it belongs to. */
  delete(key: string): Promise<void>
}

export type WindowAnswer = 'fresh' | 'replay' | 'too-old'

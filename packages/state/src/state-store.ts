/** Whether a number was seen before: `too-old` is what has left the window, of which nobody remembers whether it was. */
export type WindowVerdict = 'fresh' | 'replay' | 'too-old'

/** What was counted, and when counting begins anew. */
export interface Hits {
  readonly count: number
  /** Milliseconds until the count is zero again; 0 if it is. */
  readonly resetMs: number
}

/**
 * Memory for what counts once. Every verb is one atomic step, in all processes that share the store: there is no reading
 * first and writing later, so there is nothing to race with. Whatever cannot be decided is thrown, never answered.
 *
 * The verbs do not meet: what `claim` keeps under a key, `put` neither sees nor replaces. Only `delete` is about all of them.
 *
 * Keys are 0 to 1,024 bytes of any text; times are milliseconds, 1 to 366 days; numbers are whole, 0 to 2^53 - 1.
 *
 * Every method rejects with a `StateError` `BAD_CALL` for arguments out of bounds, and with what its store says when the
 * answer is not known.
 */
export interface StateStore {
  /** Whether other processes see the same. `false`: what was used here may be used again there. */
  readonly shared: boolean
  /** `true` for exactly one caller, until `ttlMs` have passed since that one. Whoever loses does not make it longer. */
  claim(key: string, ttlMs: number): Promise<boolean>
  /**
   * `true` only if `to` is greater than every number that was let through before. Kept for `ttlMs` from the last of them;
   * a later call makes that time longer, never shorter.
   */
  advance(key: string, to: number, ttlMs: number): Promise<boolean>
  /**
   * Whether `n` comes for the first time, in any order within the last `size` numbers (1 to 1,024) below the greatest. The
   * size that a key began with stands. Kept for `ttlMs` from the last fresh number; a later call makes that time longer,
   * never shorter.
   */
  window(key: string, n: number, size: number, ttlMs: number): Promise<WindowVerdict>
  /**
   * Counts, from the first hit on and for `windowMs` after it; then anew. The count includes this hit.
   * @param cost how many it counts for, up to a million; 0 only reads, less than 0 gives back, but not below zero. @default 1
   */
  hit(key: string, windowMs: number, cost?: number): Promise<Hits>
  /** Keeps a text of up to 65,536 bytes for `ttlMs`, in place of what was put there before. */
  put(key: string, value: string, ttlMs: number): Promise<void>
  /** What was put there, if its time is not over. */
  get(key: string): Promise<string | undefined>
  /** The same, and it is gone: of several callers one gets it. */
  take(key: string): Promise<string | undefined>
  /** Forgets whatever any verb keeps under this key. @returns whether there was anything */
  delete(key: string): Promise<boolean>
}

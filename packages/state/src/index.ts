/**
 * One-time and counted things: digest nonce counts, one-time codes, receipts, failure counters. One contract whose every verb
 * is atomic, and the store of one process.
 *
 * ```ts
 * import { memoryState } from '@gatewright/state'
 *
 * const state = memoryState()
 * await state.claim('receipt:7f3a', 60_000) // true: it is ours
 * await state.claim('receipt:7f3a', 60_000) // false, to everybody else, for a minute
 * ```
 *
 * @module
 */
export { checkCost, checkKey, checkNumber, checkSize, checkTtl, checkValue } from './bounds.ts'
export { StateError, type StateErrorCode } from './errors.ts'
export { type MemoryState, type MemoryStateOptions, memoryState } from './memory-state.ts'
export type { Hits, StateStore, WindowVerdict } from './state-store.ts'

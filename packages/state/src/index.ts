/**
 * One-time and counted things: nonce counts, one-time codes, receipts, failures. One interface whose every verb is atomic,
 * and the store of one process.
 *
 * ```ts
 * import { memoryState } from '@gatewright/state'
 *
 * const state = memoryState()
 * console.log(await state.claim('receipt:42', 60_000)) // true: the first one gets it
 * console.log(await state.claim('receipt:42', 60_000)) // false
 * console.log(await state.window('nonce:7', 1, 64, 1_800_000)) // fresh
 * console.log(await state.window('nonce:7', 1, 64, 1_800_000)) // replay
 * ```
 *
 * @module
 */
export { checkCost, checkCount, checkKey, checkStep, checkTtl, checkValue } from './check-arguments.ts'
export { StateError, type StateErrorCode } from './errors.ts'
export { type MemoryStateOptions, memoryState } from './memory-state.ts'
export type { StateStore, WindowAnswer } from './state-store.ts'

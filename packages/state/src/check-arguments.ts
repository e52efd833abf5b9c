import { StateError } from './errors.ts'

const MAX_KEY_BYTES = 1024
const MAX_VALUE_BYTES = 65_536
/** A year: what should last longer belongs into a database. */
const MAX_TTL_MS = 366 * 24 * 3600 * 1000
const MAX_WINDOW = 1024

// A UTF-16 unit is at most three bytes of UTF-8, so shorter strings need no counting.
const fits = (text: unknown, bytes: number): text is string =>
  typeof text === 'string' && text.isWellFormed() && (text.length * 3 <= bytes || Buffer.byteLength(text) <= bytes)

const isWhole = (value: unknown, least: number, most: number): boolean =>
  Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most

/** @throws {StateError} `BAD_ARGUMENT` */
export function checkKey(key: string): void {
  if (fits(key, MAX_KEY_BYTES) && key !== '') return
  throw bad(`a key is text of 1 to ${MAX_KEY_BYTES} bytes`)
}

/** @throws {StateError} `BAD_ARGUMENT` */
export function checkTtl(ttlMs: number): void {
  if (!isWhole(ttlMs, 1, MAX_TTL_MS)) throw bad('a time is a whole number of milliseconds, from 1 to a year')
}

/** @throws {StateError} `BAD_ARGUMENT` */
export function checkValue(value: string): void {
  if (!fits(value, MAX_VALUE_BYTES)) throw bad(`a value is text of at most ${MAX_VALUE_BYTES} bytes`)
}

/** @throws {StateError} `BAD_ARGUMENT` */
export function checkStep(to: number): void {
  if (!isWhole(to, 0, Number.MAX_SAFE_INTEGER)) throw bad('a step is a whole number from 0')
}

/** @throws {StateError} `BAD_ARGUMENT` */
export function checkCount(n: number, size: number): void {
  if (!isWhole(n, 0, 2 ** 32 - 1)) throw bad('a count is a whole number from 0 to 2^32 - 1')
  if (!isWhole(size, 1, MAX_WINDOW)) throw bad(`a window has 1 to ${MAX_WINDOW} places`)
}

/** @throws {StateError} `BAD_ARGUMENT` */
export function checkCost(cost: number): void {
  if (!isWhole(cost, 0, 1_000_000)) throw bad('a cost is a whole number from 0 to a million')
}

const bad = (problem: string): StateError => new StateError('BAD_ARGUMENT', problem)

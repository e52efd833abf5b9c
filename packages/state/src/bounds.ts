import { StateError } from './errors.ts'

const KEY_BYTES = 1_024
const VALUE_BYTES = 65_536
const TTL_MS = 366 * 24 * 60 * 60 * 1_000
const WINDOW_SIZE = 1_024
const COST = 1_000_000

/**
 * The bounds of a call, the same in every store. Each check returns what a store should use, or throws a `StateError`
 * `BAD_CALL` that shows no key and no value.
 *
 * Halves of surrogate pairs are refused: as UTF-8 they would all be one character, and keys that differ would be one key.
 */
export function checkKey(key: string): string {
  if (typeof key !== 'string') throw bad('a key is text')
  // A character takes at most three bytes in UTF-8, so that most keys need not be measured.
  if (key.length * 3 > KEY_BYTES && Buffer.byteLength(key) > KEY_BYTES)
    throw bad(`a key has at most ${KEY_BYTES} bytes`)
  if (!key.isWellFormed()) throw bad('a key is well-formed Unicode')
  return key
}

/** A text to keep. */
export function checkValue(value: string): string {
  if (typeof value !== 'string') throw bad('a value is text')
  if (value.length * 3 > VALUE_BYTES && Buffer.byteLength(value) > VALUE_BYTES) {
    throw bad(`a value has at most ${VALUE_BYTES} bytes`)
  }
  if (!value.isWellFormed()) throw bad('a value is well-formed Unicode')
  return value
}

/** Milliseconds, rounded up: what is kept a little longer harms nobody. */
export function checkTtl(ms: number): number {
  if (typeof ms !== 'number' || !(ms > 0 && ms <= TTL_MS)) throw bad('a time is more than 0 ms, and at most 366 days')
  return Math.ceil(ms)
}

/** A number that goes up. */
export function checkNumber(n: number): number {
  if (!Number.isSafeInteger(n) || n < 0) throw bad('a number is whole, from 0 to 2^53 - 1')
  return n
}

/** The width of a window. */
export function checkSize(size: number): number {
  if (!Number.isSafeInteger(size) || size < 1 || size > WINDOW_SIZE) throw bad(`a size is from 1 to ${WINDOW_SIZE}`)
  return size
}

/** How many hits a hit counts for. */
export function checkCost(cost: number): number {
  if (!Number.isSafeInteger(cost) || Math.abs(cost) > COST) throw bad(`a cost is from ${-COST} to ${COST}`)
  return cost
}

function bad(problem: string): StateError {
  return new StateError('BAD_CALL', problem)
}

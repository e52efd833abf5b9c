/**
 * Who an anonymous login is. A symbol, because every string could be somebody's name: an empty one reaches checkers by a
 * mistyped file, `null` and `undefined` by a forgotten return.
 */
export const ANONYMOUS: unique symbol = Symbol.for('gatewright.anonymous') as never

/** A canonical avatar id, or nobody in particular. */
export type Identity = string | typeof ANONYMOUS

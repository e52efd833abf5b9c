const ASCII = /^[\x20-\x7e]*$/

/**
 * Whether a database refused a statement because its character set has no such letters. Then no stored name has them
 * either: it is an ordinary unknown name, and strangers must not be told "unavailable" where others are told "wrong".
 *
 * @param code what the driver calls this; believed only if there are such letters
 */
export function isUnwritable(error: unknown, code: string, params: readonly string[]): boolean {
  const is: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined
  return is === code && params.some((param) => !ASCII.test(param))
}

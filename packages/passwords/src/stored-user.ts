import { PasswordsError } from './errors.ts'
import { asHa1, type Ha1 } from './ha1.ts'
import type { StoredUser } from './user-source.ts'

const BLOCKED: Record<NonNullable<StoredUser['blocked']>, true> = {
  locked: true,
  expired: true,
  disabled: true,
  'must-change': true,
}

/**
 * A source's answer, believed: a copy of what was read, so that nothing changes after it was looked at.
 * @throws {PasswordsError} `BAD_SOURCE` for anything but a stored user or `undefined`; the message names no value
 */
export function asStoredUser(answer: unknown, source: string): StoredUser | undefined {
  if (answer === undefined) return undefined
  const bad = (problem: string, hint: string) =>
    new PasswordsError('BAD_SOURCE', `source '${source}' found no stored user: ${problem}`, { hint })
  if (typeof answer !== 'object' || answer === null) {
    throw bad('the answer is no object', 'Return undefined for a user that does not exist.')
  }
  const { id, password, ha1: listed, blocked } = answer as Partial<Record<keyof StoredUser, unknown>>
  if (typeof id !== 'string' || id === '') throw bad('its id is not a non-empty string', 'Map the columns to id.')
  if (password !== undefined && typeof password !== 'string') {
    throw bad('its password is not a string', 'Leave password out when none is stored; NULL is not undefined.')
  }
  const ha1 = listed === undefined ? undefined : asHa1List(listed)
  if (listed !== undefined && ha1 === undefined) {
    throw bad('its ha1 is not a list of { realm, algorithm, hash }', 'hash is 32 hexadecimal digits for MD5, else 64.')
  }
  if (blocked !== undefined && !isBlocked(blocked)) {
    throw bad('its blocked is no known reason', `Leave it out, or use ${Object.keys(BLOCKED).join(', ')}.`)
  }
  return {
    id,
    ...(password === undefined ? {} : { password }),
    ...(ha1 === undefined ? {} : { ha1 }),
    ...(blocked === undefined ? {} : { blocked }),
  }
}

function asHa1List(value: unknown): readonly Ha1[] | undefined {
  if (!Array.isArray(value)) return undefined
  const checked = value.map(asHa1)
  return checked.every((one) => one !== undefined) ? checked : undefined
}

function isBlocked(value: unknown): value is NonNullable<StoredUser['blocked']> {
  return typeof value === 'string' && Object.hasOwn(BLOCKED, value)
}

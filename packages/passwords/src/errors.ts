import { type ErrorDetails, GatewrightError } from '@gatewright/portal'

/**
 * - `UNKNOWN_FORMAT`: a stored password is in no format known here; the message names its prefix, never its content
 * - `MALFORMED`: a stored password begins like a known format and is none
 * - `COST_ABOVE_LIMIT`: a stored or asked-for password hash would take more memory or time than a login may
 * - `WEAK`: `hash()` was asked for less than the floor, without `allowWeak`
 * - `BAD_PASSWORD`: a password that cannot be stored: empty, over 1,024 bytes, not well-formed, or not told apart from others by the format
 * - `BAD_NAME`: a name that nobody can log in by
 * - `BAD_SOURCE`: a user source answered something that is no stored user
 * - `ENGINE_UNAVAILABLE`: nothing on this platform can compute the format
 */
export type PasswordsErrorCode =
  | 'UNKNOWN_FORMAT'
  | 'MALFORMED'
  | 'COST_ABOVE_LIMIT'
  | 'WEAK'
  | 'BAD_PASSWORD'
  | 'BAD_NAME'
  | 'BAD_SOURCE'
  | 'ENGINE_UNAVAILABLE'

/** What is wrong with a stored password, or with a request for one. Never holds a password or a hash. */
export class PasswordsError extends GatewrightError<PasswordsErrorCode> {
  static readonly brand: string = 'PasswordsError'

  constructor(code: PasswordsErrorCode, message: string, details?: ErrorDetails) {
    super(PasswordsError.brand, code, message, details)
  }
}

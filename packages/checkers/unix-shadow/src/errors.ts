import { type ErrorDetails, GatewrightError } from '@gatewright/portal'

/**
 * - `UNREADABLE`: a file is missing, or this process may not read it
 * - `NOT_A_FILE`: a path names a directory, a pipe, a socket or a device
 * - `UNSAFE`: everybody may write to a file that decides who gets in
 * - `TOO_LARGE`: a file is above the limit
 * - `CHANGING`: the files never held still while they were read
 * - `BAD_ENTRY`: the line of one user cannot be understood, or there are two; all others are none the worse for it
 */
export type UnixErrorCode = 'UNREADABLE' | 'NOT_A_FILE' | 'UNSAFE' | 'TOO_LARGE' | 'CHANGING' | 'BAD_ENTRY'

/** What is wrong with the account files. Names files and line numbers, never what stands there. */
export class UnixError extends GatewrightError<UnixErrorCode> {
  static readonly brand: string = 'UnixError'

  constructor(code: UnixErrorCode, message: string, details?: ErrorDetails) {
    super(UnixError.brand, code, message, details)
  }
}

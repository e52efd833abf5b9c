import { type ErrorDetails, GatewrightError } from '@gatewright/portal'

/**
 * - `BAD_REVOCATIONS`: a list of revoked keys cannot be understood, so nobody knows who is on it
 * - `BAD_AUTHORITIES`: a list of trusted authorities holds something else
 * - `BAD_ANSWER`: a function of yours answered with something that is not what it was asked for
 */
export type PubkeyErrorCode = 'BAD_REVOCATIONS' | 'BAD_AUTHORITIES' | 'BAD_ANSWER'

/**
 * A fault of the checker of keys: logins by key are unavailable until it is mended. Files that cannot be read throw the
 * `WatchedFileError` of `@gatewright/watched-file`.
 */
export class PubkeyError extends GatewrightError<PubkeyErrorCode> {
  static readonly brand: string = 'PubkeyError'

  constructor(code: PubkeyErrorCode, message: string, details?: ErrorDetails) {
    super(PubkeyError.brand, code, message, details)
  }
}

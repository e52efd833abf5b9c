import { type ErrorDetails, GatewrightError } from '@gatewright/portal'

/**
 * - `MALFORMED`: the bytes or the text are not what they should be
 * - `UNSUPPORTED`: a kind of key that nobody should use any more, or that is not known here
 * - `WEAK_KEY`: a key whose numbers are too small, too large or senseless
 */
export type SshKeyErrorCode = 'MALFORMED' | 'UNSUPPORTED' | 'WEAK_KEY'

/** What is wrong with a key, a certificate or a signature. Recognised by its `code`, never by `instanceof`. */
export class SshKeyError extends GatewrightError<SshKeyErrorCode> {
  static readonly brand: string = 'SshKeyError'

  constructor(code: SshKeyErrorCode, message: string, details?: ErrorDetails) {
    super(SshKeyError.brand, code, message, details)
  }
}

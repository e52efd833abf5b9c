import { type ErrorDetails, GatewrightError } from '@gatewright/portal'

/**
 * - `BAD_CONFIGURATION`: the login was put together wrongly; thrown before it serves anybody
 * - `NOT_LOGGED_IN`: an avatar was asked for of a request that has not passed this login
 * - `BODY_TOO_LARGE`: a body that must be hashed passes `limits.bodyBytes`
 * - `BODY_UNREADABLE`: a body that must be hashed was read by somebody else, broke off, or took longer than `limits.bodyMs`
 */
export type HttpLoginErrorCode = 'BAD_CONFIGURATION' | 'NOT_LOGGED_IN' | 'BODY_TOO_LARGE' | 'BODY_UNREADABLE'

/** What goes wrong at an HTTP door on this side. Wrong passwords and broken headers do not: those are answers. */
export class HttpLoginError extends GatewrightError<HttpLoginErrorCode> {
  static readonly brand: string = 'HttpLoginError'

  constructor(code: HttpLoginErrorCode, message: string, details?: ErrorDetails) {
    super(HttpLoginError.brand, code, message, details)
  }
}

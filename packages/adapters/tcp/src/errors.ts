import { GatewrightError } from '@gatewright/portal'

/**
 * - `BAD_CONFIGURATION`: the server was put together wrongly; thrown before it listens
 * - `CANNOT_LISTEN`: the address is taken, not ours, or not allowed; see `cause`
 * - `CLOSED`: the server was closed
 * - `LINE_TOO_LONG`: the client sent more than `limits.lineBytes` without a line end
 * - `NOT_TEXT`: the client sent a line that is not UTF-8
 * - `INPUT_ENDED`: the client stopped sending before it was logged in
 * - `LOGIN_TIMEOUT`: the client was not logged in within `limits.loginMs`
 * - `CLIENT_GONE`: the connection is closed; the reason of a session's `signal`
 */
export type TcpErrorCode =
  | 'BAD_CONFIGURATION'
  | 'CANNOT_LISTEN'
  | 'CLOSED'
  | 'LINE_TOO_LONG'
  | 'NOT_TEXT'
  | 'INPUT_ENDED'
  | 'LOGIN_TIMEOUT'
  | 'CLIENT_GONE'

/** What goes wrong at a TCP door. Wrong passwords do not: those are answers. */
export class TcpError extends GatewrightError<TcpErrorCode> {
  static readonly brand: string = 'TcpError'

  constructor(code: TcpErrorCode, message: string, details?: ConstructorParameters<typeof GatewrightError>[3]) {
    super(TcpError.brand, code, message, details)
  }
}

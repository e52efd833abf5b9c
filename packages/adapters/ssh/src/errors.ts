import { GatewrightError } from '@gatewright/portal'

/**
 * - `BAD_CONFIGURATION`: the server was put together wrongly; thrown before it listens
 * - `CANNOT_LISTEN`: the address is taken, not ours, or not allowed; see `cause`
 * - `CLOSED`: the server was closed
 * - `LOGIN_TIMEOUT`: the client was not logged in within `limits.loginMs`; the reason of a login's `signal`
 * - `CLIENT_GONE`: the connection, or this one channel of it, is closed; the reason of a session's `signal`
 */
export type SshErrorCode = 'BAD_CONFIGURATION' | 'CANNOT_LISTEN' | 'CLOSED' | 'LOGIN_TIMEOUT' | 'CLIENT_GONE'

/** What goes wrong at an SSH door. Wrong passwords and keys do not: those are answers. */
export class SshError extends GatewrightError<SshErrorCode> {
  static readonly brand: string = 'SshError'

  constructor(code: SshErrorCode, message: string, details?: ConstructorParameters<typeof GatewrightError>[3]) {
    super(SshError.brand, code, message, details)
  }
}

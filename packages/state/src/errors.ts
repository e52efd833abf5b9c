import { type ErrorDetails, GatewrightError } from '@gatewright/portal'

/**
 * - `BAD_CONFIGURATION`: the store was put together wrongly
 * - `BAD_ARGUMENT`: a key, a value or a number that no store takes
 * - `FULL`: there is no room, and nothing that could be forgotten; logins that need the store are unavailable
 * - `UNAVAILABLE`: the store did not answer, or answered nonsense; see `cause`
 */
export type StateErrorCode = 'BAD_CONFIGURATION' | 'BAD_ARGUMENT' | 'FULL' | 'UNAVAILABLE'

/** What goes wrong with a state store. It is always a fault: a store that cannot say is never a yes, and never a no. */
export class StateError extends GatewrightError<StateErrorCode> {
  static readonly brand: string = 'StateError'

  constructor(code: StateErrorCode, message: string, details?: ErrorDetails) {
    super(StateError.brand, code, message, details)
  }
}

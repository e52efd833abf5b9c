import { type ErrorDetails, GatewrightError } from '@gatewright/portal'

/**
 * - `UNAVAILABLE`: the store could not be reached, or refused the command; nothing is known of what was asked
 * - `DEADLINE`: no answer within the deadline; what was asked may still happen, and nobody will hear of it
 * - `BAD_ANSWER`: the store answered something that is no answer
 * - `BAD_CALL`: a key, a time or a number out of bounds; a mistake of the caller
 */
export type StateErrorCode = 'UNAVAILABLE' | 'DEADLINE' | 'BAD_ANSWER' | 'BAD_CALL'

/** What goes wrong with any state store. Never holds a key or a value: either may be a secret. */
export class StateError extends GatewrightError<StateErrorCode> {
  static readonly brand: string = 'StateError'

  constructor(code: StateErrorCode, message: string, details?: ErrorDetails) {
    super(StateError.brand, code, message, details)
  }
}

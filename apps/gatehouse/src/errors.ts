import { type ErrorDetails, GatewrightError } from '@gatewright/portal'

/**
 * - `BAD_CONFIGURATION`: the configuration file cannot be read or says what it cannot say, or the secret of the web door is not
 *   private; the message names file and key
 * - `NO_DATABASE`: there is no user database where one was expected
 * - `BAD_DATABASE`: the user database cannot be opened, is damaged, can be written by others, or was taken away while it was in use
 * - `NEWER_DATABASE`: it was written by a newer gatehouse
 * - `DATABASE_BUSY`: another process keeps it locked
 * - `USER_EXISTS`, `NO_SUCH_USER`: as they say
 * - `BAD_PASSWORD`: a new password is too short, too long, no text, or was typed differently the second time
 * - `BAD_KEYS`: what should hold public keys cannot be read, or holds something else
 * - `NO_SUCH_KEY`: the user has no such key, or several of that comment
 * - `CANCELLED`: whoever was asked did not confirm
 * - `INTERRUPTED`: Ctrl-C, SIGHUP or SIGQUIT at a question
 */
export type GatehouseErrorCode =
  | 'BAD_CONFIGURATION'
  | 'NO_DATABASE'
  | 'BAD_DATABASE'
  | 'NEWER_DATABASE'
  | 'DATABASE_BUSY'
  | 'USER_EXISTS'
  | 'NO_SUCH_USER'
  | 'BAD_PASSWORD'
  | 'BAD_KEYS'
  | 'NO_SUCH_KEY'
  | 'CANCELLED'
  | 'INTERRUPTED'

/** What keeps gatehouse from doing what it was told. Never holds a password or a hash. */
export class GatehouseError extends GatewrightError<GatehouseErrorCode> {
  static readonly brand: string = 'GatehouseError'

  constructor(code: GatehouseErrorCode, message: string, details?: ErrorDetails) {
    super(GatehouseError.brand, code, message, details)
  }
}

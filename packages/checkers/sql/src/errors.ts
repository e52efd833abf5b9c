import { type ErrorDetails, GatewrightError } from '@gatewright/portal'

/**
 * - `UNAVAILABLE`: the database could not be reached, or refused the query
 * - `DEADLINE`: no connection, or no answer, within the deadline
 * - `ABORTED`: the attempt's signal fired, usually because the client left
 * - `BAD_ANSWER`: the executor answered something that is no result
 * - `BAD_ROW`: a row lacks a column, or holds something that cannot be stored there; the message names the column, never the value
 * - `AMBIGUOUS`: more than one row for one name, or more than one row changed; never "the first"
 * - `TRUNCATED`: a column is too short for a new password hash; the old one was put back
 * - `DRIVER_MISSING`: `pg` or `mysql2` is not installed
 */
export type SqlErrorCode =
  | 'UNAVAILABLE'
  | 'DEADLINE'
  | 'ABORTED'
  | 'BAD_ANSWER'
  | 'BAD_ROW'
  | 'AMBIGUOUS'
  | 'TRUNCATED'
  | 'DRIVER_MISSING'

/** A fault of the database or of what it holds. Never holds a password, a hash or a connection string. */
export class SqlError extends GatewrightError<SqlErrorCode> {
  static readonly brand: string = 'SqlError'

  constructor(code: SqlErrorCode, message: string, details?: ErrorDetails) {
    super(SqlError.brand, code, message, details)
  }
}

import { type ErrorDetails, GatewrightError } from '@gatewright/portal'

/**
 * - `UNAVAILABLE`: the database could not be reached, or refused the query
 * - `DEADLINE`: no connection, or no answer, within the deadline
 * - `ABORTED`: the attempt's signal fired, usually because the client left
 * - `BAD_ANSWER`: the executor answered something that is no result
 * - `BAD_ROW`: a row lacks a column, or holds something that cannot be stored there; the message names the column, never the value
 * - `AMBIGUOUS`: more than one row for one name, or more than one row changed; never "the first"
 * - `TRUNCATED`: a column is too short for a new password hash; the old one was put back
 * - `NO_TABLE`: there is no such table
 * - `BAD_NAME`: a name that no user can have, or that the database cannot hold
 * - `NAME_TAKEN`: the database takes the name of another user for this one; that row was left alone
 * - `NOT_INSERTED`: the table refused the new row; usually another column needs a value
 * - `READ_ONLY`: the SQLite file, or its directory, cannot be written
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
  | 'NO_TABLE'
  | 'BAD_NAME'
  | 'NAME_TAKEN'
  | 'NOT_INSERTED'
  | 'READ_ONLY'
  | 'DRIVER_MISSING'

/** A fault of the database or of what it holds. Never holds a password, a hash or a connection string. */
export class SqlError extends GatewrightError<SqlErrorCode> {
  static readonly brand: string = 'SqlError'

  constructor(code: SqlErrorCode, message: string, details?: ErrorDetails) {
    super(SqlError.brand, code, message, details)
  }
}

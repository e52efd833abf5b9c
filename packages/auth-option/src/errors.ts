import { type ErrorDetails, GatewrightError } from '@gatewright/portal'

/**
 * - `BAD_OPTION`: an option of the command line is unknown, misspelt, missing, or has a value that it cannot have
 * - `BAD_SPEC`: an `--auth` that is not `TYPE[:ARG]`
 * - `UNKNOWN_TYPE`: no installed package provides the type
 * - `AMBIGUOUS_TYPE`: more than one does
 * - `UNSUPPORTED_TYPE`: the checker accepts nothing that this server can ask its clients for
 * - `BAD_ARGUMENT`: the argument is missing, not wanted, or cannot be read from where `@env:` or `@file:` points
 * - `BAD_MANIFEST`: the package that provides the type describes it wrongly
 * - `BROKEN_PLUGIN`: the checker's module cannot be loaded, threw, or made something that is no checker
 * - `BAD_REQUIREMENT`: a `--require` that does not parse, or that nobody could meet
 */
export type UsageErrorCode =
  | 'BAD_OPTION'
  | 'BAD_SPEC'
  | 'UNKNOWN_TYPE'
  | 'AMBIGUOUS_TYPE'
  | 'UNSUPPORTED_TYPE'
  | 'BAD_ARGUMENT'
  | 'BAD_MANIFEST'
  | 'BROKEN_PLUGIN'
  | 'BAD_REQUIREMENT'

/** What whoever typed the command can mend: `error:` and `hint:` on stderr, exit code 2. */
export class UsageError extends GatewrightError<UsageErrorCode> {
  static readonly brand: string = 'UsageError'

  constructor(code: UsageErrorCode, message: string, details?: ErrorDetails) {
    super(UsageError.brand, code, message, details)
  }
}

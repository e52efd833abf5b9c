import { type ErrorDetails, GatewrightError } from '@gatewright/portal'

/** - `BAD_SUBJECT`: what was handed to a suite cannot be tested with it */
export type TestkitErrorCode = 'BAD_SUBJECT'

/** A suite was called wrongly; thrown before any test is registered. A broken law is an `AssertionError` of its own test. */
export class TestkitError extends GatewrightError<TestkitErrorCode> {
  static readonly brand: string = 'TestkitError'

  constructor(code: TestkitErrorCode, message: string, details?: ErrorDetails) {
    super(TestkitError.brand, code, message, details)
  }
}

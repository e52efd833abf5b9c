/**
 * Conformance suites for what other people write for Gatewright: every law is one named test, run by the test runner that
 * you already have.
 *
 * ```ts
 * import { describe, it } from 'vitest'
 * import { password } from '@gatewright/portal'
 * import { checkerTests } from '@gatewright/testkit'
 * import { myChecker } from '../src/index.ts'
 *
 * describe('conformance', () =>
 *   checkerTests(it, {
 *     create: () => myChecker({ ada: 'sesame' }),
 *     good: [[password('ada', 'sesame'), 'ada']],
 *     bad: [password('ada', 'guess'), password('nobody', 'sesame')],
 *   }))
 * ```
 *
 * @module
 */
export type { CheckerSubject } from './checker-subject.ts'
export { checkerTests } from './checker-tests.ts'
export { TestkitError, type TestkitErrorCode } from './errors.ts'
export type { Test } from './law.ts'
export type { UserSourceSubject } from './source-subject.ts'
export type { StateSubject } from './state-subject.ts'
export { stateTests } from './state-tests.ts'
export { userSourceTests } from './user-source-tests.ts'

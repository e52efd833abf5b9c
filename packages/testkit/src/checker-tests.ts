import { CHECKER_LAWS } from './checker-laws/index.ts'
import { type CheckerSubject, insistOnChecker } from './checker-subject.ts'
import { CheckerTrial } from './checker-trial.ts'
import type { Test } from './law.ts'

/**
 * Registers one test for each law that concerns this checker, always in the same order. Laws about passwords apply when
 * some good credential is a password, laws about faults when there is a `sabotage()`.
 *
 * Run the tests one after another: some look at what the process prints, or how long an answer takes.
 *
 * @throws {TestkitError} `BAD_SUBJECT` when there is nothing to test, before any test is registered
 */
export function checkerTests(test: Test, subject: CheckerSubject): void {
  insistOnChecker(subject)
  for (const law of CHECKER_LAWS) {
    if (law.applies?.(subject) === false) continue
    test(law.name, async () => {
      const trial = new CheckerTrial(subject, law)
      try {
        await law.hold(trial)
      } finally {
        await trial.end()
      }
    })
  }
}

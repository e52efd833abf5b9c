import type { Test } from './law.ts'
import { SOURCE_LAWS } from './source-laws/index.ts'
import { insistOnUserSource, type UserSourceSubject } from './source-subject.ts'
import { UserSourceTrial } from './source-trial.ts'

/**
 * Registers one test for each law that concerns this user source, always in the same order. The law about faults applies
 * when there is a `sabotage()`; the one about `replacePassword` passes by a source that has none.
 *
 * @throws {TestkitError} `BAD_SUBJECT` when there is nothing to test, before any test is registered
 */
export function userSourceTests(test: Test, subject: UserSourceSubject): void {
  insistOnUserSource(subject)
  for (const law of SOURCE_LAWS) {
    if (law.applies?.(subject) === false) continue
    test(law.name, async () => {
      const trial = new UserSourceTrial(subject, law)
      try {
        await law.hold(trial)
      } finally {
        await trial.end()
      }
    })
  }
}

import type { Test } from './law.ts'
import { STATE_LAWS } from './state-laws/index.ts'
import { insistOnState, type StateSubject } from './state-subject.ts'
import { StateTrial } from './state-trial.ts'

/**
 * Registers one test for each law that concerns this state store, always in the same order. The law about faults applies
 * when there is a `sabotage()`.
 *
 * @throws {TestkitError} `BAD_SUBJECT` when there is nothing to test, before any test is registered
 */
export function stateTests(test: Test, subject: StateSubject): void {
  insistOnState(subject)
  for (const law of STATE_LAWS) {
    if (law.applies?.(subject) === false) continue
    test(law.name, () => law.hold(new StateTrial(subject, law)))
  }
}

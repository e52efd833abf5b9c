import type { Checker, Credential } from '@gatewright/portal'
import { TestkitError } from './errors.ts'

/** What `checkerTests` needs to know of a checker. */
export interface CheckerSubject {
  /** A fresh one each time, on a backend that works; also after `sabotage()`. Called once or more by every test. */
  create(): Checker | Promise<Checker>
  /** Credentials that prove an identity, each with the id that it proves. Read again by every test. */
  readonly good: readonly (readonly [credential: Credential, id: string])[]
  /** Credentials that prove nothing: refused or passed on, never accepted, never thrown at. */
  readonly bad: readonly Credential[]
  /** Breaks the backend of the checker made last: faults must be told from denials. Leave it out if there is no backend. */
  sabotage?(): void | Promise<void>
}

/** @throws {TestkitError} `BAD_SUBJECT` */
export function insistOnChecker(subject: CheckerSubject): void {
  const bad = (problem: string, hint: string) => new TestkitError('BAD_SUBJECT', problem, { hint })
  if (typeof subject?.create !== 'function')
    throw bad('the subject has no create()', 'create() makes a fresh checker each time.')
  if (!Array.isArray(subject.good) || subject.good.length === 0) {
    throw bad('the subject has no good credential', "Give at least one: good: [[password('ada', 'sesame'), 'ada']].")
  }
  if (!Array.isArray(subject.bad) || subject.bad.length === 0) {
    throw bad('the subject has no bad credential', "Give at least one: bad: [password('ada', 'guess')].")
  }
  for (const [credential, id] of subject.good) {
    if (typeof credential?.kind !== 'string') throw bad('a good credential has no kind', 'Rows are [credential, id].')
    if (typeof id !== 'string' || id === '') throw bad('a good credential has no id', 'Rows are [credential, id].')
  }
  for (const credential of subject.bad) {
    if (typeof credential?.kind !== 'string')
      throw bad('a bad credential has no kind', 'Rows are credentials, no pairs.')
    if (subject.good.some(([good]) => good === credential)) {
      throw bad('one credential is both good and bad', 'Decide.')
    }
  }
}

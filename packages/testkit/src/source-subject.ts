import type { UserSource } from '@gatewright/passwords'
import { TestkitError } from './errors.ts'

/** What `userSourceTests` needs to know of a user source. */
export interface UserSourceSubject {
  /** A fresh one each time, on a backend that works; also after `sabotage()`. Called once or more by every test. */
  create(): UserSource | Promise<UserSource>
  /** Names of stored users, each with the id that it is found under. */
  readonly known: readonly (readonly [username: string, id: string])[]
  /** Names that nobody has. */
  readonly unknown: readonly string[]
  /** Breaks the backend of the source made last: faults must be told from unknown users. Leave it out if there is no backend. */
  sabotage?(): void | Promise<void>
}

/** @throws {TestkitError} `BAD_SUBJECT` */
export function insistOnUserSource(subject: UserSourceSubject): void {
  const bad = (problem: string, hint: string) => new TestkitError('BAD_SUBJECT', problem, { hint })
  if (typeof subject?.create !== 'function') {
    throw bad('the subject has no create()', 'create() makes a fresh source each time.')
  }
  if (!Array.isArray(subject.known) || subject.known.length === 0) {
    throw bad('the subject knows nobody', "Give at least one: known: [['ada', 'ada']].")
  }
  if (!Array.isArray(subject.unknown) || subject.unknown.length === 0) {
    throw bad('the subject has no unknown name', "Give at least one: unknown: ['nobody'].")
  }
  for (const [name, id] of subject.known) {
    if (typeof name !== 'string' || name === '' || typeof id !== 'string' || id === '') {
      throw bad('a known user has no name or no id', 'Rows are [username, id], non-empty strings both.')
    }
    if (subject.unknown.includes(name)) throw bad(`'${name}' is both known and unknown`, 'Decide.')
  }
}

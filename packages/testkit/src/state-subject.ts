import type { StateStore } from '@gatewright/state'
import { TestkitError } from './errors.ts'

/** What `stateTests` needs to know of a state store. */
export interface StateSubject {
  /** One on a backend that works, each time; also after `sabotage()`. It may share its backend with the others. */
  create(): StateStore | Promise<StateStore>
  /** Breaks the backend of the store made last: faults must be told from answers. Leave it out if there is no backend. */
  sabotage?(): void | Promise<void>
}

/** @throws {TestkitError} `BAD_SUBJECT` */
export function insistOnState(subject: StateSubject): void {
  if (typeof subject?.create === 'function') return
  throw new TestkitError('BAD_SUBJECT', 'the subject has no create()', { hint: 'create() makes a state store.' })
}

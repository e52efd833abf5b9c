import { hash, timingSafeEqual } from 'node:crypto'
import { accept, type Checker, type PasswordCredential, pass, password, reject, type Verdict } from '@gatewright/portal'
import type { CheckerSubject } from '../src/index.ts'

/** A checker that breaks the law of this name, and no other. */
export interface CheckerSpecimen {
  readonly breaks: string
  readonly subject: CheckerSubject
}

export const USERS: ReadonlyMap<string, string> = new Map([
  ['ada', 'Difference engine no. 2'],
  ['grace', 'nanosecond = 11.8 inches'],
])

const digestOf = (text: string) => hash('sha256', text, 'buffer')

/** What every specimen would do if it did not do what it is here for. */
export function honest({ username, password }: Pick<PasswordCredential, 'username' | 'password'>): Verdict {
  const stored = USERS.get(username)
  const right = timingSafeEqual(digestOf(stored ?? ''), digestOf(password))
  if (stored === undefined) return pass()
  return right ? accept(username) : reject('wrong password')
}

/** The subject of a password checker that is honest but for what is given here. */
export function subjectOf(
  make: () => Partial<Checker<'password'>>,
  more: Partial<CheckerSubject> = {},
): CheckerSubject {
  return {
    create: () => ({ name: 'specimen', accepts: ['password'], check: honest, ...make() }),
    good: [...USERS].map(([name, right]) => [password(name, right), name]),
    bad: [...USERS.keys()].map((name) => password(name, 'guess')),
    ...more,
  }
}

/** A backend that every specimen with `sabotage()` has one of. */
export class Backend {
  #down = false

  reset(): void {
    this.#down = false
  }

  sabotage(): void {
    this.#down = true
  }

  /** @throws once sabotaged */
  ask(): void {
    if (this.#down) throw new Error('connection refused')
  }
}

import assert from 'node:assert/strict'
import {
  accept,
  type Checker,
  type Credential,
  createPortal,
  type Identity,
  type Login,
  type LoginEvent,
  type PasswordCredential,
  password,
  publickey,
} from '@gatewright/portal'
import { ANSWER_MS, type Answer, answerOf } from './answer.ts'
import { type Circumstances, makeAttempt } from './attempt.ts'
import type { CheckerSubject } from './checker-subject.ts'
import { copyOf, isPassword, nameIn } from './credential.ts'
import { brokenLaw, type Law } from './law.ts'
import { canary, strangerName } from './names.ts'

export type CheckerLaw = Law<CheckerSubject, CheckerTrial>

/** How a portal ended one login, as a client can tell. */
export interface Ending {
  readonly status: 'granted' | 'pending' | 'refused' | 'fault'
  readonly id?: Identity
  /** Everything else that the answer says; of a fault, its code. */
  readonly says: string
  readonly events: readonly LoginEvent[]
  readonly error?: unknown
}

interface Avatars {
  user: { readonly id: string }
}

/** One law in court: makes checkers, asks them, and closes them when the law has been heard. */
export class CheckerTrial {
  readonly subject: CheckerSubject
  /** Read once for each law: a subject may make them anew, such as codes that depend on the time. */
  readonly good: CheckerSubject['good']
  readonly bad: CheckerSubject['bad']
  readonly #law: CheckerLaw
  readonly #made: Checker[] = []

  constructor(subject: CheckerSubject, law: CheckerLaw) {
    this.subject = subject
    this.good = subject.good
    this.bad = subject.bad
    this.#law = law
  }

  async create(): Promise<Checker> {
    const checker = await this.subject.create()
    assert.ok(typeof checker === 'object' && checker !== null, this.broken('create() made no object'))
    this.#made.push(checker)
    return checker
  }

  /** One question, put to the checker itself, with a credential and an attempt of its own. */
  ask(
    checker: Checker,
    credential: Credential,
    { limitMs = ANSWER_MS, ...circumstances }: Circumstances & { readonly limitMs?: number } = {},
  ): Promise<Answer> {
    const attempt = makeAttempt({ ...this.#proven(credential), ...circumstances })
    return answerOf(() => checker.check(copyOf(credential), attempt), limitMs)
  }

  /**
   * One login through a portal of its own. The checker sits there under a sound name and kind: whether its own would do is
   * a law by itself.
   */
  async login(
    checker: Checker,
    credential: Credential,
    id: string | undefined = this.#proven(credential).proven,
  ): Promise<Ending> {
    const events: LoginEvent[] = []
    const seated: Checker = {
      name: 'subject',
      accepts: [credential.kind],
      check: (...asked) => checker.check(...asked),
    }
    // A one-time code is a second factor, so there has to be a first.
    const second = credential.kind === 'totp'
    const first: Checker = { name: 'first-factor', accepts: ['publickey'], check: () => accept(id ?? 'nobody') }
    const portal = createPortal<Avatars>({
      realm: { user: (proven) => ({ id: proven }) },
      checkers: second ? [first, seated] : [seated],
      ...(second ? { require: [['publickey', 'totp']] } : {}),
      observers: [(event) => events.push(event)],
      deadlineMs: ANSWER_MS,
    })
    try {
      const from = { protocol: 'testkit', peer: { address: '127.0.0.1', port: 49_152 }, secure: true }
      const key = publickey('first', { algorithm: 'ssh-ed25519', blob: new Uint8Array(1) })
      let login = await portal.login(second ? key : copyOf(credential), 'user', from)
      if (login.status === 'pending') login = await login.next(copyOf(credential))
      const { status, ...rest } = login as Login<Avatars, 'user'> & { readonly id?: Identity }
      return {
        status,
        ...(rest.id === undefined ? {} : { id: rest.id }),
        says: status === 'refused' ? JSON.stringify(rest) : '',
        events,
      }
    } catch (error) {
      return { status: 'fault', says: String((error as { readonly code?: unknown }).code), events, error }
    } finally {
      await portal.close()
    }
  }

  /** The good credentials that are passwords. */
  passwords(): readonly (readonly [PasswordCredential, string])[] {
    return this.good.flatMap(([credential, id]) => (isPassword(credential) ? [[credential, id] as const] : []))
  }

  /** A user of the subject with a password that is nobody's. */
  wrongPassword(credential: PasswordCredential): PasswordCredential {
    return password(credential.username, canary())
  }

  /** Nobody, with a password that is nobody's. */
  stranger(): PasswordCredential {
    return password(strangerName(), canary())
  }

  /** Every name that the good credentials carry. */
  names(): readonly string[] {
    return this.good.flatMap(([credential]) => nameIn(credential) ?? [])
  }

  /** The message of a broken law. */
  broken(what: string): string {
    return brokenLaw(this.#law, what)
  }

  /** Ends what the law began. Whether closing works is a law by itself, so here nobody looks. */
  async end(): Promise<void> {
    await Promise.allSettled(this.#made.map(async (checker) => checker.close?.()))
  }

  /** Whom the login has proven when a one-time code is asked for: its owner, and for a wrong code whoever owns a good one. */
  #proven(credential: Credential): { readonly proven?: string } {
    if (credential.kind !== 'totp') return {}
    const owner = this.good.find(([good]) => good === credential) ?? this.good.find(([{ kind }]) => kind === 'totp')
    return owner ? { proven: owner[1] } : {}
  }
}

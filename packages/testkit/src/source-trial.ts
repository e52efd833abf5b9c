import assert from 'node:assert/strict'
import type { UserSource } from '@gatewright/passwords'
import { ANSWER_MS } from './answer.ts'
import { type Circumstances, makeAttempt } from './attempt.ts'
import { type Finding, findingOf } from './finding.ts'
import { brokenLaw, type Law } from './law.ts'
import type { UserSourceSubject } from './source-subject.ts'

export type UserSourceLaw = Law<UserSourceSubject, UserSourceTrial>

/** One law in court: makes sources, asks them, and closes those that can be closed when the law has been heard. */
export class UserSourceTrial {
  readonly subject: UserSourceSubject
  readonly #law: UserSourceLaw
  readonly #made: (UserSource & { close?(): unknown })[] = []

  constructor(subject: UserSourceSubject, law: UserSourceLaw) {
    this.subject = subject
    this.#law = law
  }

  async create(): Promise<UserSource> {
    const source = await this.subject.create()
    assert.ok(typeof source === 'object' && source !== null, this.broken('create() made no object'))
    this.#made.push(source)
    return source
  }

  find(
    source: UserSource,
    username: string,
    { limitMs = ANSWER_MS, ...circumstances }: Circumstances & { readonly limitMs?: number } = {},
  ): Promise<Finding> {
    return findingOf(() => source.find(username, makeAttempt(circumstances)), limitMs)
  }

  /** Every name that somebody has. */
  names(): readonly string[] {
    return this.subject.known.map(([name]) => name)
  }

  /** The message of a broken law. */
  broken(what: string): string {
    return brokenLaw(this.#law, what)
  }

  /** Ends what the law began. A source need not have a `close()`; one that has is not judged by it. */
  async end(): Promise<void> {
    await Promise.allSettled(this.#made.map(async (source) => source.close?.()))
  }
}

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StateStore } from '@gatewright/state'
import { ANSWER_MS } from './answer.ts'
import { brokenLaw, type Law } from './law.ts'
import type { StateSubject } from './state-subject.ts'
import { SILENCE, within } from './within.ts'

export type StateLaw = Law<StateSubject, StateTrial>

/** How many ask at the same moment. */
export const CALLERS = 200
/** Longer than any test takes, in milliseconds. */
export const LONG_MS = 3_600_000
/** Short, and longer than what a busy machine may take between two calls, in milliseconds. */
export const SHORT_MS = 500
/** How long after that a store may take to forget, in milliseconds. */
const PATIENCE_MS = 3_000

/** One law in court: makes stores, and asks them under keys that nobody else uses. */
export class StateTrial {
  readonly subject: StateSubject
  readonly #law: StateLaw

  constructor(subject: StateSubject, law: StateLaw) {
    this.subject = subject
    this.#law = law
  }

  async create(): Promise<StateStore> {
    const store = await this.subject.create()
    assert.ok(typeof store === 'object' && store !== null, this.broken('create() made no object'))
    return store
  }

  /** A key that was never used, also when the backend is not fresh. */
  key(): string {
    return `testkit:${randomBytes(9).toString('base64url')}`
  }

  /** What {@link CALLERS} learn who all call before any of them has an answer. */
  together<T>(call: (caller: number) => Promise<T>, callers: number = CALLERS): Promise<T[]> {
    return Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)))
  }

  /** The answer must be this one. */
  async expect(what: string, answer: Promise<unknown>, wanted: unknown): Promise<void> {
    const got = await answer
    assert.deepEqual(got, wanted, this.broken(`${what} answered ${shown(got)}, not ${shown(wanted)}`))
  }

  /** There must be no answer: a call that cannot be decided throws, and in time. */
  async expectFault(what: string, call: () => Promise<unknown>): Promise<void> {
    let answer: unknown
    try {
      answer = await within(ANSWER_MS, call)
    } catch {
      return
    }
    const came = answer === SILENCE ? `${what} came to no end in ${ANSWER_MS} ms` : `${what} answered ${shown(answer)}`
    assert.fail(this.broken(came))
  }

  /** Asks until it is so. */
  async becomes(what: string, ask: () => Promise<boolean>): Promise<void> {
    const latest = performance.now() + PATIENCE_MS
    while (!(await ask())) {
      assert.ok(performance.now() < latest, this.broken(`${what}, after ${PATIENCE_MS} ms`))
      await sleep(10)
    }
  }

  /** Waits until the store itself has let a time pass that began after this was called. */
  async outlast(store: StateStore, ttlMs: number): Promise<void> {
    const marker = this.key()
    await store.claim(marker, ttlMs)
    await this.becomes('a claim was not free again', () => store.claim(marker, LONG_MS))
  }

  /** The message of a broken law. */
  broken(what: string): string {
    return brokenLaw(this.#law, what)
  }
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? `'${value}'` : (JSON.stringify(value) ?? String(value))
  return text.length > 100 ? `${text.slice(0, 100)}...` : text
}

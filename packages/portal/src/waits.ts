import type { LoginAttempt } from './attempt.ts'
import { PortalError } from './errors.ts'
import { aborted, broken } from './faults.ts'

/** One await of one login. */
class Wait<T = unknown> {
  readonly attempt: LoginAttempt
  settled = false
  readonly #promise: PromiseWithResolvers<T> = Promise.withResolvers()
  readonly #late: ((result: T) => unknown) | undefined
  #failed = false
  #home: Set<Wait> | undefined
  #timer: NodeJS.Timeout | undefined
  #stopListening: (() => void) | undefined

  constructor(attempt: LoginAttempt, late: ((result: T) => unknown) | undefined) {
    this.attempt = attempt
    this.#late = late
  }

  get promise(): Promise<T> {
    return this.#promise.promise
  }

  succeed(result: T): void {
    if (this.#failed) this.#late?.(result)
    else {
      this.#settle()
      this.#promise.resolve(result)
    }
  }

  /** The work itself went wrong. */
  break(error: unknown): void {
    if (this.#failed) return
    this.#settle()
    this.#promise.reject(error)
  }

  /** Nobody waits any longer. */
  fail(error: PortalError): void {
    this.#failed = true
    this.#settle()
    this.#promise.reject(error)
    this.attempt.end(error)
  }

  /** From now on it ends by the deadline, or when the client leaves. It stands in `home` until it has ended. */
  limit(deadlineMs: number, home: Set<Wait>): void {
    this.#home = home
    home.add(this as Wait)
    const { client } = this.attempt
    if (client?.aborted === true) {
      this.fail(aborted(client))
      return
    }
    this.#timer = setTimeout(() => this.fail(expired(deadlineMs)), deadlineMs)
    if (client) {
      const onAbort = () => this.fail(aborted(client))
      client.addEventListener('abort', onAbort, { once: true })
      this.#stopListening = () => client.removeEventListener('abort', onAbort)
    }
  }

  #settle(): void {
    this.settled = true
    if (!this.#home) return
    this.#home.delete(this as Wait)
    clearTimeout(this.#timer)
    this.#stopListening?.()
  }
}

/**
 * Bounds every await of every login of one portal: by the deadline, by the client's signal, by the portal's end.
 *
 * Most answers come within the turn of the event loop in which they were asked for, so a wait gets its timer and its
 * listener only when it outlives that turn. That keeps a quick login free of timers, at the price of counting the
 * deadline from the end of the turn.
 */
export class Waits {
  readonly #deadlineMs: number
  /** Those of this turn, settled or not. */
  #fresh: Wait[] = []
  readonly #old = new Set<Wait>()
  #endOfTurn: NodeJS.Immediate | undefined

  constructor(deadlineMs: number) {
    this.#deadlineMs = deadlineMs
  }

  /**
   * The result of `work`, if it comes in time.
   *
   * @param late receives a result that came after the wait had failed: nobody else will ever hold it
   * @throws {PortalError} `DEADLINE`, `ABORTED` or `CLOSED`; else whatever `work` rejects with
   */
  bound<T>(work: T | PromiseLike<T>, attempt: LoginAttempt, late?: (result: T) => unknown): Promise<T> {
    const wait = new Wait(attempt, late)
    // First of all, because it runs code of whoever made the promise: where that throws, there is no wait.
    Promise.resolve(work).then(
      (result) => wait.succeed(result),
      (error: unknown) => wait.break(error),
    )
    this.#fresh.push(wait as Wait)
    if (this.#endOfTurn === undefined) this.#endOfTurn = setImmediate(() => this.#outlive())
    return wait.promise
  }

  /** Fails every wait there is. */
  close(error: PortalError): void {
    for (const wait of [...this.#fresh, ...this.#old]) if (!wait.settled) wait.fail(error)
  }

  #outlive(): void {
    this.#endOfTurn = undefined
    const fresh = this.#fresh
    this.#fresh = []
    for (const wait of fresh) {
      if (wait.settled) continue
      try {
        wait.limit(this.#deadlineMs, this.#old)
      } catch (error) {
        // What an adapter gave for a signal is none. The others of this turn get their limits all the same.
        wait.fail(broken("the client's signal", error))
      }
    }
  }
}

function expired(deadlineMs: number): PortalError {
  return new PortalError('DEADLINE', `no answer within ${deadlineMs} ms`)
}

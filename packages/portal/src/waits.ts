import type { LoginAttempt } from './attempt.ts'
import { PortalError } from './errors.ts'
import { aborted } from './faults.ts'

/** One await of one login, until it is settled. */
interface Wait {
  readonly attempt: LoginAttempt
  fail(error: PortalError): void
  timer?: NodeJS.Timeout
  onAbort?: () => void
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
  readonly #fresh = new Set<Wait>()
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
    return new Promise<T>((resolve, reject) => {
      let failed = false
      const wait: Wait = {
        attempt,
        fail: (error) => {
          failed = true
          this.#settle(wait)
          reject(error)
          attempt.end(error)
        },
      }
      this.#fresh.add(wait)
      if (this.#endOfTurn === undefined) this.#endOfTurn = setImmediate(() => this.#outlive())
      Promise.resolve(work).then(
        (result) => {
          if (failed) late?.(result)
          else {
            this.#settle(wait)
            resolve(result)
          }
        },
        (error: unknown) => {
          if (failed) return
          this.#settle(wait)
          reject(error)
        },
      )
    })
  }

  /** Fails every wait there is. */
  close(error: PortalError): void {
    for (const wait of [...this.#fresh, ...this.#old]) wait.fail(error)
  }

  #outlive(): void {
    this.#endOfTurn = undefined
    for (const wait of this.#fresh) {
      this.#fresh.delete(wait)
      this.#old.add(wait)
      const { client } = wait.attempt
      if (client?.aborted === true) {
        wait.fail(aborted(client))
        continue
      }
      wait.timer = setTimeout(() => wait.fail(this.#expired()), this.#deadlineMs)
      if (client) {
        wait.onAbort = () => wait.fail(aborted(client))
        client.addEventListener('abort', wait.onAbort, { once: true })
      }
    }
  }

  #settle(wait: Wait): void {
    if (this.#fresh.delete(wait)) return
    this.#old.delete(wait)
    clearTimeout(wait.timer)
    if (wait.onAbort) wait.attempt.client?.removeEventListener('abort', wait.onAbort)
  }

  #expired(): PortalError {
    return new PortalError('DEADLINE', `no answer within ${this.#deadlineMs} ms`)
  }
}

import { StateError } from '@gatewright/state'
import type { Commands } from './redis-client.ts'
import { refusal } from './refusal.ts'
import type { Script } from './scripts.ts'

/** Questions that Redis has not answered yet; past it a new one is refused, so that a frozen Redis does not fill the memory. */
const MAX_UNANSWERED = 10_000

/** Puts questions to Redis, each with an answer within the deadline or a `StateError`. */
export class Questions {
  readonly #commands: Commands
  readonly #deadlineMs: number
  #unanswered = 0

  constructor(commands: Commands, deadlineMs: number) {
    this.#commands = commands
    this.#deadlineMs = deadlineMs
  }

  /** One round trip; two when Redis has not seen the script yet, which it then did not run. */
  run(script: Script, key: string, parameters: string[]): Promise<unknown> {
    return this.#bound(async (late) => {
      try {
        return await this.#commands.evalSha(script.sha, key, parameters)
      } catch (error) {
        // Nobody waits any more: what was not done is not begun.
        if (!isNoScript(error) || late()) throw error
        return await this.#commands.eval(script.source, key, parameters)
      }
    })
  }

  del(keys: string[]): Promise<unknown> {
    return this.#bound(() => this.#commands.del(keys))
  }

  /**
   * A client holds commands back while it is not connected, and asks forever of a server that is frozen. Neither may hold a
   * login: what comes after the deadline is dropped, and a command that was not sent by then may still be sent later, which
   * uses something up that nobody was given.
   */
  #bound(ask: (late: () => boolean) => Promise<unknown>): Promise<unknown> {
    const cut = this.#commands.whyCut()
    if (cut !== undefined) return Promise.reject(new StateError('UNAVAILABLE', `not connected to Redis: ${cut}`))
    if (this.#unanswered >= MAX_UNANSWERED) {
      return Promise.reject(new StateError('UNAVAILABLE', `Redis owes ${MAX_UNANSWERED} answers already`))
    }
    this.#unanswered++
    return new Promise((resolve, reject) => {
      let late = false
      const timer = setTimeout(() => {
        late = true
        reject(new StateError('DEADLINE', `no answer from Redis within ${this.#deadlineMs} ms`))
      }, this.#deadlineMs)
      const settle = () => {
        this.#unanswered--
        clearTimeout(timer)
      }
      asked(() => ask(() => late)).then(
        (answer) => {
          settle()
          resolve(answer)
        },
        (error: unknown) => {
          settle()
          reject(refusal(error))
        },
      )
    })
  }
}

/** A client may throw instead of rejecting, such as for an argument that it does not take. */
async function asked(ask: () => Promise<unknown>): Promise<unknown> {
  return ask()
}

function isNoScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT')
}

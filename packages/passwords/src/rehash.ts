import { inspect } from 'node:util'
import { hash } from './hash.ts'
import type { HashingContext } from './hashing-budget.ts'
import type { UserSource } from './user-source.ts'

/**
 * How replacing a stale string went: `conflict` when somebody else replaced it in the meantime, `late` when it took longer
 * than a login should wait and goes on by itself.
 */
export type Rehash = 'done' | 'conflict' | 'failed' | 'late'

const PATIENCE_MS = 2_000
/** Replaced strings that are remembered, for logins which read them before they were replaced. */
const MEMORY = 1_000

/** Replaces stale strings of one source. Whatever goes wrong, the password was right and its owner is logged in. */
export class Rehasher {
  readonly #source: UserSource
  readonly #busy = new Set<string>()
  /** By user, the string that is no longer stored. */
  readonly #replaced = new Map<string, string>()

  constructor(source: UserSource) {
    this.#source = source
  }

  /** Once per user at a time; `undefined` when there is nothing to do, or another login is at it. */
  async renew(id: string, previous: string, password: string, context: HashingContext): Promise<Rehash | undefined> {
    if (!this.#source.replacePassword || this.#busy.has(id) || this.#replaced.get(id) === previous) return undefined
    this.#busy.add(id)
    const renewal = this.#replace(id, previous, password, context).finally(() => this.#busy.delete(id))
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), PATIENCE_MS)
    })
    return Promise.race([renewal, late]).finally(() => clearTimeout(timer))
  }

  async #replace(id: string, previous: string, password: string, { peer }: HashingContext): Promise<Rehash> {
    let next: string | undefined
    try {
      // Not bound to the client's signal: the password is proven, and this is worth having after it hung up.
      next = await hash(password, {}, peer === undefined ? {} : { peer })
      const answer: unknown = await this.#source.replacePassword?.(id, previous, next)
      if (typeof answer !== 'boolean') throw new TypeError('replacePassword() answers true or false')
      this.#replaced.set(id, previous)
      for (const [oldest] of this.#replaced) {
        if (this.#replaced.size <= MEMORY) break
        this.#replaced.delete(oldest)
      }
      return answer ? 'done' : 'conflict'
    } catch (error) {
      this.#warn(error, [previous, next])
      return 'failed'
    }
  }

  #warn(error: unknown, secrets: readonly (string | undefined)[]): void {
    let why = error instanceof Error ? error.message : inspect(error)
    // Drivers like to quote the statement that failed. The password is not looked for: the source was never given it, and
    // to take it out of other words would show it.
    for (const secret of secrets) if (secret) why = why.replaceAll(secret, '[secret]')
    const message = `source '${this.#source.name}' could not replace a stale password hash: ${JSON.stringify(why)}`
    process.emitWarning(message, { type: 'GatewrightWarning', code: 'GATEWRIGHT_REHASH' })
  }
}

import { availableParallelism } from 'node:os'
import { PortalError } from '@gatewright/portal'
import { tooCostly } from './format.ts'
import { laneOf } from './lane.ts'

/** Who waits for a derivation. An `Attempt` is one. */
export interface HashingContext {
  /** When it fires before the work has begun, the work is never begun. */
  readonly signal?: AbortSignal
  /** Peers take turns, however many derivations each of them asks for. */
  readonly peer?: { readonly address: string }
}

/** What all derivations of a process share. */
export interface BudgetLimits {
  /**
   * Derivations at the same time. They run in libuv's pool, which file reads and name look-ups need too, so one thread of
   * it always stays free.
   * @default the smaller of the processors and `UV_THREADPOOL_SIZE`, less one, at least 1
   */
  readonly threads: number
  /** Memory of all derivations that are running. @default 256 MiB */
  readonly memoryBytes: number
  /** Derivations that may wait; past it they end in `OVERLOADED`. @default 64 for each thread */
  readonly queueLimit: number
}

interface Waiting {
  readonly memoryBytes: number
  readonly lane: string
  begin(): void
  fail(error: PortalError): void
}

/** libuv's own default and bounds. */
function poolSize(): number {
  const size = Number.parseInt(process.env.UV_THREADPOOL_SIZE ?? '', 10)
  return Number.isNaN(size) ? 4 : Math.min(1024, Math.max(1, size))
}

function defaultLimits(threads: number = Math.max(1, Math.min(availableParallelism(), poolSize()) - 1)): BudgetLimits {
  return { threads, memoryBytes: 256 * 1024 * 1024, queueLimit: 64 * threads }
}

/** Shares threads and memory among derivations: first come first served for each peer, peers in turn. */
export class HashingBudget {
  #limits = defaultLimits()
  #configured = false
  /** In the order of their turns. */
  readonly #lanes = new Map<string, Waiting[]>()
  #running = 0
  #queued = 0
  #memoryBytes = 0
  #started = 0
  #refused = 0
  #dropped = 0
  /** Of one derivation, so that the overloaded can be told when to come back. */
  #averageMs = 25

  get limits(): BudgetLimits {
    return this.#limits
  }
  /** Derivations that are running now. */
  get running(): number {
    return this.#running
  }
  /** Derivations that are waiting now. */
  get queued(): number {
    return this.#queued
  }
  /** What the running derivations hold now. */
  get memoryBytes(): number {
    return this.#memoryBytes
  }
  /** Derivations begun since the process started. */
  get started(): number {
    return this.#started
  }
  /** Derivations refused with `OVERLOADED`. */
  get refused(): number {
    return this.#refused
  }
  /** Derivations given up before they began, because their signal fired. */
  get dropped(): number {
    return this.#dropped
  }

  /**
   * Changes the limits; once in a process, at its start.
   * @throws {PortalError} `BAD_CONFIGURATION` for a second call, and for limits that would starve somebody
   */
  configure(limits: Partial<BudgetLimits>): void {
    const bad = (problem: string, hint: string) => new PortalError('BAD_CONFIGURATION', problem, { hint })
    if (this.#configured) {
      throw bad('the hashing budget is configured already', 'Configure it once, where the program starts.')
    }
    const next = { ...defaultLimits(limits.threads), ...limits }
    const unknown = Object.keys(limits).find((key) => !Object.hasOwn(this.#limits, key))
    if (unknown !== undefined) {
      throw bad(`the hashing budget has no limit '${unknown}'`, `It has ${Object.keys(this.#limits).join(', ')}.`)
    }
    const mostThreads = Math.max(1, poolSize() - 1)
    if (!(Number.isSafeInteger(next.threads) && next.threads >= 1 && next.threads <= mostThreads)) {
      throw bad(`threads is a whole number from 1 to ${mostThreads}`, 'Set UV_THREADPOOL_SIZE to have more of them.')
    }
    if (!(Number.isSafeInteger(next.memoryBytes) && next.memoryBytes >= LEAST_MEMORY)) {
      throw bad(`memoryBytes is at least ${LEAST_MEMORY}`, 'One derivation at the default costs must fit in.')
    }
    if (!(Number.isSafeInteger(next.queueLimit) && next.queueLimit >= 1)) {
      throw bad('queueLimit is a whole number from 1', 'A queue of 64 for each thread empties in about a second.')
    }
    this.#configured = true
    this.#limits = next
    this.#advance()
  }

  /**
   * Does the work when it is its turn.
   * @throws {PortalError} `OVERLOADED` at once, or when others have waited for less; `ABORTED`; else whatever the work throws
   * @throws {PasswordsError} `COST_ABOVE_LIMIT` when the work alone would exceed the memory of all
   */
  async run<T>(memoryBytes: number, context: HashingContext, work: () => Promise<T>): Promise<T> {
    await this.#turn(memoryBytes, context)
    const began = performance.now()
    try {
      return await work()
    } finally {
      this.#averageMs += (performance.now() - began - this.#averageMs) / 8
      this.#running--
      this.#memoryBytes -= memoryBytes
      this.#advance()
    }
  }

  async #turn(memoryBytes: number, { signal, peer }: HashingContext): Promise<void> {
    if (signal?.aborted === true) throw this.#drop(signal)
    if (memoryBytes > this.#limits.memoryBytes) {
      throw tooCostly('memory', `the hashing budget holds ${this.#limits.memoryBytes} bytes`)
    }
    if (this.#queued === 0 && this.#fits(memoryBytes)) return this.#begin(memoryBytes)
    const lane = laneOf(peer?.address)
    if (this.#queued >= this.#limits.queueLimit) this.#makeRoom(lane)
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        memoryBytes,
        lane,
        begin: () => {
          signal?.removeEventListener('abort', leave)
          resolve()
        },
        fail: (error) => {
          signal?.removeEventListener('abort', leave)
          reject(error)
        },
      }
      const leave = () => {
        this.#remove(waiting)
        if (signal) waiting.fail(this.#drop(signal))
        this.#advance()
      }
      signal?.addEventListener('abort', leave, { once: true })
      this.#lanes.set(lane, [...(this.#lanes.get(lane) ?? []), waiting])
      this.#queued++
    })
  }

  #fits(memoryBytes: number): boolean {
    return this.#running < this.#limits.threads && this.#memoryBytes + memoryBytes <= this.#limits.memoryBytes
  }

  #begin(memoryBytes: number): void {
    this.#running++
    this.#started++
    this.#memoryBytes += memoryBytes
  }

  /** Begins what fits, lane by lane. A big one at the head is waited for and not overtaken, or its turn would never come. */
  #advance(): void {
    for (const [lane, [next, ...rest]] of this.#lanes) {
      if (!next || !this.#fits(next.memoryBytes)) return
      this.#lanes.delete(lane)
      // Set anew, it is the last in the map's order, and this loop comes to it again.
      if (rest.length > 0) this.#lanes.set(lane, rest)
      this.#queued--
      this.#begin(next.memoryBytes)
      next.begin()
    }
  }

  /**
   * The queue is full: whoever waits for most gives up the last of it. If that is the newcomer, it is refused; else one
   * peer could keep all others out by filling the queue alone.
   * @throws {PortalError} `OVERLOADED`
   */
  #makeRoom(lane: string): void {
    const own = this.#lanes.get(lane)?.length ?? 0
    const [longest = []] = [...this.#lanes.values()].sort((a, b) => b.length - a.length)
    const last = longest.length > own + 1 ? longest.at(-1) : undefined
    this.#refused++
    if (!last) throw this.#overloaded()
    this.#remove(last)
    last.fail(this.#overloaded())
  }

  #remove(waiting: Waiting): void {
    const rest = (this.#lanes.get(waiting.lane) ?? []).filter((other) => other !== waiting)
    // Setting an existing key keeps its place, so nobody's turn changes.
    if (rest.length > 0) this.#lanes.set(waiting.lane, rest)
    else this.#lanes.delete(waiting.lane)
    this.#queued--
  }

  #drop(signal: AbortSignal): PortalError {
    this.#dropped++
    return new PortalError('ABORTED', 'nobody waits for this password any more', { cause: signal.reason })
  }

  #overloaded(): PortalError {
    const { threads, queueLimit } = this.#limits
    return new PortalError('OVERLOADED', `${queueLimit} password hashes are waiting already`, {
      retryAfterMs: Math.max(250, Math.ceil((this.#queued / threads) * this.#averageMs)),
      hint: 'If this lasts, raise UV_THREADPOOL_SIZE on a machine with more processors, or run more processes.',
    })
  }
}

/** What scrypt at its default takes; Argon2id takes less. */
const LEAST_MEMORY = 32 * 1024 * 1024

const SHARED: unique symbol = Symbol.for('gatewright.hashing-budget') as never
const everywhere: typeof globalThis & { [SHARED]?: HashingBudget } = globalThis

/** The budget of this process, its counters and limits. Two installed copies of this package share it. */
export const hashingBudget: HashingBudget = everywhere[SHARED] ?? new HashingBudget()
everywhere[SHARED] = hashingBudget

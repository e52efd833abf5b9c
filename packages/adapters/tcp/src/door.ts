import type { TcpLimits } from './limits.ts'

/** Counts those who are not logged in yet, by source and in all, so that nobody can fill the room before the door. */
export class Door {
  readonly #perSource: number
  readonly #inAll: number
  readonly #waiting = new Map<string, number>()
  #total = 0

  constructor({ unauthenticatedPerSource, unauthenticated }: TcpLimits) {
    this.#perSource = unauthenticatedPerSource
    this.#inAll = unauthenticated
  }

  /** Lets one more wait, if there is room; each `true` is followed by one `leave`. */
  enter(source: string): boolean {
    const waiting = this.#waiting.get(source) ?? 0
    if (waiting >= this.#perSource || this.#total >= this.#inAll) return false
    this.#waiting.set(source, waiting + 1)
    this.#total++
    return true
  }

  leave(source: string): void {
    const left = (this.#waiting.get(source) ?? 1) - 1
    if (left === 0) this.#waiting.delete(source)
    else this.#waiting.set(source, left)
    this.#total--
  }
}

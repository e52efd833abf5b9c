import type { SshLimits } from './limits.ts'

/**
 * Counts those who are not logged in yet, by source and in all. As the room fills up, more and more of the newcomers are turned
 * away by chance, so that a flood cannot keep out everybody else: sshd's MaxStartups.
 */
export class Startups {
  readonly #limits: SshLimits
  readonly #random: () => number
  readonly #waiting = new Map<string, number>()
  #total = 0

  constructor(limits: SshLimits, random: () => number) {
    this.#limits = limits
    this.#random = random
  }

  /** Lets one more wait, if there is room and luck; each `true` is followed by one `leave`. */
  enter(source: string): boolean {
    const waiting = this.#waiting.get(source) ?? 0
    if (waiting >= this.#limits.unauthenticatedPerSource || this.#isUnlucky()) return false
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

  #isUnlucky(): boolean {
    const { startupsBegin: begin, startupsRate: rate, startupsFull: full } = this.#limits
    if (this.#total >= full) return true
    if (this.#total < begin) return false
    const crowding = (this.#total - begin) / (full - begin)
    return this.#random() * 100 < rate + (100 - rate) * crowding
  }
}

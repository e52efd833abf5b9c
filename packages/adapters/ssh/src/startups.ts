import { WaitingRoom } from '@gatewright/listener'
import type { SshLimits } from './limits.ts'

/**
 * Counts those who are not logged in yet, by source and in all. As the room fills up, more and more of the newcomers are turned
 * away by chance, so that a flood cannot keep out everybody else: sshd's MaxStartups.
 */
export class Startups {
  readonly #limits: SshLimits
  readonly #random: () => number
  readonly #waiting = new WaitingRoom()

  constructor(limits: SshLimits, random: () => number) {
    this.#limits = limits
    this.#random = random
  }

  /** Lets one more wait, if there is room and luck; each `true` is followed by one `leave`. */
  enter(source: string): boolean {
    if (this.#waiting.from(source) >= this.#limits.unauthenticatedPerSource || this.#isUnlucky()) return false
    this.#waiting.enter(source)
    return true
  }

  leave(source: string): void {
    this.#waiting.leave(source)
  }

  #isUnlucky(): boolean {
    const { startupsBegin: begin, startupsRate: rate, startupsFull: full } = this.#limits
    const { total } = this.#waiting
    if (total >= full) return true
    if (total < begin) return false
    const crowding = (total - begin) / (full - begin)
    return this.#random() * 100 < rate + (100 - rate) * crowding
  }
}

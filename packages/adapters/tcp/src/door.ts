import { WaitingRoom } from '@gatewright/listener'
import type { TcpLimits } from './limits.ts'

/** Lets in as many as may wait for their login. */
export class Door {
  readonly #perSource: number
  readonly #inAll: number
  readonly #waiting = new WaitingRoom()

  constructor({ unauthenticatedPerSource, unauthenticated }: TcpLimits) {
    this.#perSource = unauthenticatedPerSource
    this.#inAll = unauthenticated
  }

  /** Lets one more wait, if there is room; each `true` is followed by one `leave`. */
  enter(source: string): boolean {
    if (this.#waiting.from(source) >= this.#perSource || this.#waiting.total >= this.#inAll) return false
    this.#waiting.enter(source)
    return true
  }

  leave(source: string): void {
    this.#waiting.leave(source)
  }
}

/** Those who are not logged in yet, counted by source and in all, so that nobody can fill the room before the door. */
export class WaitingRoom {
  readonly #bySource = new Map<string, number>()
  #total = 0

  get total(): number {
    return this.#total
  }

  from(source: string): number {
    return this.#bySource.get(source) ?? 0
  }

  /** To be followed by one {@link leave}. */
  enter(source: string): void {
    this.#bySource.set(source, this.from(source) + 1)
    this.#total++
  }

  leave(source: string): void {
    const left = this.from(source) - 1
    if (left <= 0) this.#bySource.delete(source)
    else this.#bySource.set(source, left)
    this.#total--
  }
}

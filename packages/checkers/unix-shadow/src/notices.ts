const SHOWN = 5

/** What was passed over while reading, for one line of a log. */
export class Notices {
  readonly #shown: string[] = []
  #count = 0

  add(notice: string): void {
    this.#count++
    if (this.#shown.length < SHOWN) this.#shown.push(notice)
  }

  /** The first few and the number of the rest; `undefined` if there is nothing to say. */
  get summary(): string | undefined {
    if (this.#count === 0) return undefined
    const others = this.#count - this.#shown.length
    return [...this.#shown, ...(others > 0 ? [`and ${others} more`] : [])].join('; ')
  }
}

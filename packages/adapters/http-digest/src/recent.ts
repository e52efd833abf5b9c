/**
 * The last few results of something that can be computed again. Two generations instead of a list in order of use: nothing
 * moves on a hit, and what was not asked for during a whole generation is forgotten at once.
 */
export class Recent<T> {
  readonly #size: number
  #young = new Map<string, { readonly scope: string; readonly value: T }>()
  #old = new Map<string, { readonly scope: string; readonly value: T }>()

  /** @param size how many are kept at least; twice as many at most */
  constructor(size: number) {
    this.#size = size
  }

  /** What was set for this key within this scope. */
  get(key: string, scope: string): T | undefined {
    let found = this.#young.get(key)
    if (found === undefined) {
      found = this.#old.get(key)
      if (found !== undefined) this.#keep(key, found)
    }
    return found?.scope === scope ? found.value : undefined
  }

  set(key: string, scope: string, value: T): void {
    this.#keep(key, { scope, value })
  }

  #keep(key: string, entry: { readonly scope: string; readonly value: T }): void {
    if (this.#young.size >= this.#size && !this.#young.has(key)) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, entry)
  }
}

/** The same octets, by themselves: what is cut out of a header, and remembered, would hold all of that header in memory. */
export function copied(octets: string): string {
  return Buffer.from(octets, 'latin1').toString('latin1')
}

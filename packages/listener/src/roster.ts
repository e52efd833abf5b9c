/** Something that can be found again in a {@link Roster}. */
export interface Listed {
  /** Where it is listed; the roster's own note. */
  place: number
}

/**
 * Who is here. A Set would do, but for the garbage collector: the tables that a busy Set leaves behind keep what was in them,
 * sockets and all, from every quick collection (measured: one third of the server's time).
 */
export class Roster<Entry extends Listed> {
  readonly #entries: Entry[] = []

  get size(): number {
    return this.#entries.length
  }

  add(entry: Entry): void {
    entry.place = this.#entries.push(entry) - 1
  }

  /** Takes an entry off, if it is on: its place goes to the last one. */
  delete(entry: Entry): void {
    if (this.#entries[entry.place] !== entry) return
    const last = this.#entries.pop()
    if (last === undefined || last === entry) return
    this.#entries[entry.place] = last
    last.place = entry.place
  }

  /** A copy: whatever is done to the entries may take them off. */
  all(): Entry[] {
    return [...this.#entries]
  }
}

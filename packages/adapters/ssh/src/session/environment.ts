/** The variables of one session: what the client may set, within bounds. */
export class Environment {
  readonly #allowed: readonly string[]
  readonly #maxBytes: number
  readonly #values: Record<string, string> = Object.create(null) as Record<string, string>

  /** @param allowed names, or beginnings of names followed by `*` */
  constructor(allowed: readonly string[], maxBytes: number) {
    this.#allowed = allowed
    this.#maxBytes = maxBytes
  }

  /** Takes a variable from the client, or says that it may not be set. */
  set(name: string, value: string): boolean {
    if (!this.#allowed.some((pattern) => matches(pattern, name)) || value.includes('\0')) return false
    if (bytesOf({ ...this.#values, [name]: value }) > this.#maxBytes) return false
    this.#values[name] = value
    return true
  }

  /** What the session sees; `last` has the last word. */
  with(last: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    return Object.freeze(Object.assign(Object.create(null), this.#values, last) as Record<string, string>)
  }
}

/** Names as POSIX has them: what a shell would make of others is not ours to find out. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

function matches(pattern: string, name: string): boolean {
  if (!NAME.test(name)) return false
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern
}

function bytesOf(values: Readonly<Record<string, string>>): number {
  return Object.entries(values).reduce((sum, [name, value]) => sum + name.length + Buffer.byteLength(value) + 2, 0)
}

/** The variables of one session: what the client may set, within bounds, and what its key may. */
export class Environment {
  readonly #allowed: readonly string[]
  readonly #allowedToKeys: readonly string[]
  readonly #maxBytes: number
  readonly #values: Record<string, string> = Object.create(null) as Record<string, string>

  /**
   * @param allowed names, or beginnings of names followed by `*`, that the client may set
   * @param allowedToKeys the same, of its key
   */
  constructor(allowed: readonly string[], allowedToKeys: readonly string[], maxBytes: number) {
    this.#allowed = allowed
    this.#allowedToKeys = allowedToKeys
    this.#maxBytes = maxBytes
  }

  /** Takes a variable from the client, or says that it may not be set. */
  set(name: string, value: string): boolean {
    if (!isAmong(this.#allowed, name) || value.includes('\0')) return false
    if (bytesOf({ ...this.#values, [name]: value }) > this.#maxBytes) return false
    this.#values[name] = value
    return true
  }

  /** What the session sees: the key has the last word, where it has any. */
  with(ofKey: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    const all = Object.assign(Object.create(null), this.#values) as Record<string, string>
    for (const [name, value] of Object.entries(ofKey)) if (isAmong(this.#allowedToKeys, name)) all[name] = value
    return Object.freeze(all)
  }
}

/** Names as POSIX has them: what a shell would make of others is not ours to find out. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

function isAmong(patterns: readonly string[], name: string): boolean {
  if (!NAME.test(name)) return false
  return patterns.some((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern))
}

function bytesOf(values: Readonly<Record<string, string>>): number {
  return Object.entries(values).reduce((sum, [name, value]) => sum + name.length + Buffer.byteLength(value) + 2, 0)
}

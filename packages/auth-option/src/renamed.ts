/**
 * The same thing under another name. Everything else is reached as it was, fields that nobody here knows of included;
 * methods run on the original, whose private fields are not on the copy.
 */
export function renamed<T extends { readonly name: string }>(thing: T, name: string): T {
  if (thing.name === name) return thing
  const copy: T = Object.create(thing, { name: { value: name, enumerable: true } })
  for (let level: object | null = thing; level && level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    for (const key of Reflect.ownKeys(level)) {
      if (key === 'constructor' || Object.hasOwn(copy, key)) continue
      const value: unknown = Reflect.get(thing, key)
      const own: unknown = typeof value === 'function' ? value.bind(thing) : value
      Object.defineProperty(copy, key, { value: own, enumerable: true })
    }
  }
  return copy
}

/** Hands out names, each once: `memory`, `memory#2`, `memory#3`. */
export class Names {
  readonly #taken = new Set<string>()

  unique(wanted: string): string {
    let name = wanted
    for (let count = 2; this.#taken.has(name); count++) name = `${wanted}#${count}`
    this.#taken.add(name)
    return name
  }
}

const SHARED: ReadonlyMap<string, object> = new Map<string, object>([
  ['Object.prototype', Object.prototype],
  ['Function.prototype', Function.prototype],
  ['Array.prototype', Array.prototype],
  ['String.prototype', String.prototype],
  ['Object', Object],
])

/**
 * What `run` wrote onto the prototypes that everything shares, as `Object.prototype.name`. They are put back as they were,
 * so that nobody else suffers.
 */
export async function keepingPrototypes(run: () => Promise<void>): Promise<readonly string[]> {
  const before = new Map([...SHARED].map(([name, object]) => [name, descriptors(object)]))
  const changed: string[] = []
  try {
    await run()
  } finally {
    for (const [name, object] of SHARED) {
      for (const [key, now] of descriptors(object)) {
        const was = before.get(name)?.get(key)
        if (was && was.value === now.value && was.get === now.get && was.set === now.set) continue
        changed.push(`${name}.${key}`)
        if (was) Object.defineProperty(object, key, was)
        else Reflect.deleteProperty(object, key)
      }
    }
  }
  return changed
}

function descriptors(object: object): ReadonlyMap<string, PropertyDescriptor> {
  return new Map(Object.entries<PropertyDescriptor>(Object.getOwnPropertyDescriptors(object)))
}

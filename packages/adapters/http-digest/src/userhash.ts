import { hash } from 'node:crypto'
import { prepareUsername } from '@gatewright/portal'

/** Finds the user of a `userhash` (RFC 7616 section 3.4.4): H(username ":" realm) in lower-case hexadecimal. */
export interface UserhashIndex {
  /** @returns the name, or `undefined` for a hash of nobody's; whatever it throws is a fault */
  find(hash: string): string | undefined | Promise<string | undefined>
}

export interface UserhashIndexOptions {
  readonly realm: string
  /** Every name there is, such as `() => file.list()` of an `openPasswordFile`. */
  readonly names: () => Iterable<string> | AsyncIterable<string> | Promise<Iterable<string>>
  /**
   * How long names are not asked for again, in milliseconds: a new user waits so long, at most; and all users wait, so often,
   * until they are read.
   * @default 10_000
   */
  readonly recheckMs?: number
  /** @default performance.now */
  readonly now?: () => number
}

const HASHES = ['md5', 'sha256', 'sha512-256']
const RECHECK_MS = 10_000

/**
 * An index of all users by their hashes, in memory: three entries of about 100 bytes for each. A hash cannot be turned back, so
 * somebody has to know all names; with more users than memory, store the hashes in a column, and look them up there.
 */
export function userhashIndex({
  realm,
  names,
  recheckMs = RECHECK_MS,
  now = () => performance.now(),
}: UserhashIndexOptions): UserhashIndex {
  let index = new Map<string, string>()
  /** The names in it, each with its prepared form. */
  let indexed: ReadonlyMap<string, string> = new Map()
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined

  async function read(): Promise<void> {
    const all = new Map<string, string>()
    for await (const name of await names()) {
      const prepared = prepareUsername(name)
      if (prepared !== undefined) all.set(name, prepared)
    }
    // Hashing takes longest, and few names are new.
    if (![...indexed.keys()].every((name) => all.has(name))) [index, indexed] = [new Map(), new Map()]
    for (const [name, prepared] of all) {
      if (indexed.has(name)) continue
      for (const algorithm of HASHES) index.set(hash(algorithm, `${prepared}:${realm}`), name)
    }
    indexed = all
    readAt = now()
  }

  return {
    async find(userhash) {
      // Whoever is asked for: if only nobody's hash had the names read again, it would be the one that takes long.
      if (now() - readAt >= recheckMs) {
        reading ??= read().finally(() => {
          reading = undefined
        })
        await reading
      }
      return index.get(userhash)
    },
  }
}

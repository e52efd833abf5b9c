import { hash } from 'node:crypto'
import { prepareUsername } from '@gatewright/portal'

/** Finds the user of a `userhash` (RFC 7616 section 3.4.4): H(username ":" realm) in lower-case hexadecimal. */
export interface UserhashIndex {
  /** @returns the name, or `undefined` for a hash of nobody's; whatever it throws is a fault */
  find(hash: string): string | undefined | Promise<string | undefined>
}

export interface UserhashIndexOptions {
  readonly realm: string
  /** Every name there is, such as `() => file.list()` of an `openPasswordFile`. Asked again when a hash is not found. */
  readonly names: () => Iterable<string> | AsyncIterable<string> | Promise<Iterable<string>>
  /** How long names are not asked for again, in milliseconds: a new user waits so long, at most. @default 10_000 */
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
  let index: ReadonlyMap<string, string> = new Map()
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined

  async function read(): Promise<void> {
    const made = new Map<string, string>()
    for await (const name of await names()) {
      const prepared = prepareUsername(name)
      if (prepared === undefined) continue
      for (const algorithm of HASHES) made.set(hash(algorithm, `${prepared}:${realm}`), name)
    }
    index = made
    readAt = now()
  }

  return {
    async find(userhash) {
      // Whoever asks for nobody's hash must not have all names read each time.
      if (!index.has(userhash) && now() - readAt >= recheckMs) {
        reading ??= read().finally(() => {
          reading = undefined
        })
        await reading
      }
      return index.get(userhash)
    },
  }
}

import { desCrypt } from '@gatewright/passwords'

/**
 * What a password field can hold that crypt(3) made: `$id$...`, the 13 characters of DES, and the 20 of BSDi's DES. Whether
 * this one can be verified, and whether it is sound, is for @gatewright/passwords to say. Its own marked strings, plain text
 * among them, are none of crypt(3)'s.
 */
const CRYPT = /^(?:\$(?!gatewright-)|[./0-9A-Za-z]{13}$|_[./0-9A-Za-z]{19}$)/
const DES = /^[./0-9A-Za-z]{13}$/

/** The stored password in a field, `undefined` if there is none. What stands behind a lock is never handed out. */
export function hashIn(field: string, allowDes: boolean): string | undefined {
  if (allowDes && DES.test(field)) return desCrypt(field)
  return CRYPT.test(field) ? field : undefined
}

/**
 * Whether a field says that nobody logs in by password: `!`, `!!`, `!` before a hash, `*`, `x`, `*0`, and whatever else
 * crypt(3) can never answer with. An empty one is no lock, but has nothing to compare with either.
 */
export function isLock(field: string): boolean {
  return field !== '' && !CRYPT.test(field)
}

/** Methods whose cost is a field without a name: yescrypt and bcrypt. */
const COST_FOLLOWS = new Set(['y', 'gy', '2a', '2b', '2x', '2y'])

/** What strings of one format and cost have in common: their beginning, up to the salt. */
export function formatOf(hash: string): string {
  if (!hash.startsWith('$')) return hash.startsWith('_') ? '_' : ''
  let end = hash.indexOf('$', 1) + 1
  if (end === 0) return hash
  const id = hash.slice(1, end - 1)
  // crypt(5): the cost of $7$ is the 11 characters in front of the salt.
  if (id === '7') return hash.slice(0, end + 11)
  if (COST_FOLLOWS.has(id)) return hash.slice(0, Math.max(end, hash.indexOf('$', end) + 1))
  // All others give their costs names: rounds=5000, m=19456,t=2,p=1.
  for (;;) {
    const next = hash.indexOf('$', end) + 1
    if (next === 0 || !hash.slice(end, next).includes('=')) return hash.slice(0, end)
    end = next
  }
}

/** Counts formats, to tell the commonest. */
export class FormatCount {
  readonly #formats = new Map<string, { readonly hash: string; count: number }>()

  add(hash: string | undefined): void {
    if (hash === undefined) return
    const format = formatOf(hash)
    const seen = this.#formats.get(format)
    if (seen) seen.count++
    else this.#formats.set(format, { hash, count: 1 })
  }

  /** The first that was added of the commonest: the same file has the same sample every time. */
  get commonest(): string | undefined {
    let most: { readonly hash: string; readonly count: number } | undefined
    for (const seen of this.#formats.values()) if (!most || seen.count > most.count) most = seen
    return most?.hash
  }
}

import { setImmediate as turn } from 'node:timers/promises'
import { fingerprint } from '@gatewright/ssh-keys'
import { type AuthorizedKey, parseAuthorizedKey } from './authorized-key.ts'
import { LineProblem, type Report } from './line-problem.ts'

/** About 5 us each: whoever else is served waits for 2 ms. */
const LINES_A_TURN = 400
/** So many are told each time; a file of another kind has nothing but problems. */
const MAX_PROBLEMS = 100
const LF = 0x0a
const CR = 0x0d

/** Where a line stands. */
interface Place {
  readonly start: number
  readonly end: number
  readonly line: number
}

/** A line that was found, and where: `PATH:12`. */
export interface FoundKey extends AuthorizedKey {
  readonly at: string
}

/**
 * Lines of authorized_keys, found by the fingerprint of their key. Only where each line stands is remembered, and it is
 * parsed again when it is found: a list may be long, and nearly all of it is never asked for.
 */
export class KeyList {
  readonly bytes: Buffer
  readonly #source: string
  readonly #places: ReadonlyMap<string, readonly Place[]>

  private constructor(bytes: Buffer, source: string, places: ReadonlyMap<string, readonly Place[]>) {
    this.bytes = bytes
    this.#source = source
    this.#places = places
  }

  /** Parses every line, some at a time, with others' work in between. Those that cannot be used are told, and hide nothing. */
  static async load(bytes: Buffer, source: string, report: Report): Promise<KeyList> {
    const places = new Map<string, Place[]>()
    let problems = 0
    let line = 0
    for (let start = 0; start < bytes.length; line++) {
      if (line > 0 && line % LINES_A_TURN === 0) await turn()
      const lf = bytes.indexOf(LF, start)
      const next = lf < 0 ? bytes.length : lf + 1
      let end = lf < 0 ? next : lf
      if (end > start && bytes[end - 1] === CR) end--
      try {
        const found = parseAuthorizedKey(bytes.subarray(start, end))
        if (found) add(places, fingerprint(found.key.blob), { start, end, line: line + 1 })
      } catch (error) {
        if (!(error instanceof LineProblem)) throw error
        if (++problems <= MAX_PROBLEMS) report({ source, line: line + 1, problem: error.message })
      }
      start = next
    }
    return new KeyList(bytes, source, places)
  }

  /** Every line with this key, in their order. */
  find(wanted: string): readonly FoundKey[] {
    return (this.#places.get(wanted) ?? []).flatMap(({ start, end, line }) => {
      const found = parseAuthorizedKey(this.bytes.subarray(start, end))
      return found ? [{ ...found, at: `${this.#source}:${line}` }] : []
    })
  }

  get size(): number {
    return this.#places.size
  }

  keys(): IterableIterator<string> {
    return this.#places.keys()
  }
}

function add(places: Map<string, Place[]>, key: string, place: Place): void {
  const twins = places.get(key)
  if (twins) twins.push(place)
  else places.set(key, [place])
}

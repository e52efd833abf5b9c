/** Where the lines of each name begin, in six to seven bytes a line. Made by {@link LineIndexDraft}. */
export class LineIndex {
  /** For each bucket where its entries begin, and one more for where the last ends. */
  readonly #starts: Uint32Array
  readonly #offsets: Uint32Array
  /** One byte of each hash: of a hundred wrong entries it saves comparing all but one. */
  readonly #tags: Uint8Array
  readonly #shift: number

  constructor(starts: Uint32Array, offsets: Uint32Array, tags: Uint8Array, shift: number) {
    this.#starts = starts
    this.#offsets = offsets
    this.#tags = tags
    this.#shift = shift
  }

  get size(): number {
    return this.#offsets.length
  }

  /** The lines that may carry a name of this hash, in the order of the file. */
  *candidates(hash: number): Generator<number> {
    const bucket = hash >>> this.#shift
    const end = this.#starts[bucket + 1] ?? 0
    for (let at = this.#starts[bucket] ?? 0; at < end; at++) {
      if (this.#tags[at] === (hash & 0xff)) yield this.#offsets[at] as number
    }
  }

  /** Every line with a name, in no order: that of a keyed hash, so the first few are a fair sample. */
  all(): Uint32Array {
    return this.#offsets
  }

  /** Neighbours that may carry one name. Twins far apart in a crowded bucket are left to whoever looks one of them up. */
  *twins(from: number, to: number): Generator<readonly [earlier: number, later: number]> {
    for (let bucket = from; bucket < Math.min(to, this.buckets); bucket++) {
      const start = this.#starts[bucket] ?? 0
      const end = this.#starts[bucket + 1] ?? 0
      for (let at = start + 1; at < end; at++) {
        for (let other = at - 1; other >= Math.max(start, at - NEIGHBOURS); other--) {
          if (this.#tags[at] !== this.#tags[other]) continue
          yield [this.#offsets[other] as number, this.#offsets[at] as number]
          break
        }
      }
    }
  }

  get buckets(): number {
    return this.#starts.length - 1
  }
}

const NEIGHBOURS = 16

/** A line of a name and a hash is seldom shorter. */
const SHORT_LINE = 24

/** How much of the work is done before others have a turn: about a millisecond's. */
const SLICE = 65_536

/**
 * Collects hashes and offsets, and sorts them into buckets when all are known. Not open addressing: there, a file that
 * names one user a million times takes a million steps for each; here a bucket is a range, and equal names are neighbours.
 */
export class LineIndexDraft {
  #hashes: Uint32Array<ArrayBuffer>
  #offsets: Uint32Array<ArrayBuffer>
  #size = 0

  /** @param bytes how large the file is. What is made too large for it costs nothing: pages that nobody writes to are none. */
  constructor(bytes: number) {
    const expected = Math.ceil(bytes / SHORT_LINE) + 1
    this.#hashes = new Uint32Array(expected)
    this.#offsets = new Uint32Array(expected)
  }

  add(hash: number, offset: number): void {
    if (this.#size === this.#hashes.length) {
      const wider = Math.ceil(this.#size * 1.5) + 1
      this.#hashes = widened(this.#hashes, wider)
      this.#offsets = widened(this.#offsets, wider)
    }
    this.#hashes[this.#size] = hash
    this.#offsets[this.#size++] = offset
  }

  /** @param pause gives others a turn */
  async finish(pause: () => Promise<void>): Promise<LineIndex> {
    const size = this.#size
    // Two to four entries a bucket. Shifting by 32 would shift by nothing, so there are two buckets at least.
    const bits = Math.min(24, Math.max(1, Math.ceil(Math.log2(size / 4 || 1))))
    const shift = 32 - bits
    const starts = new Uint32Array(2 ** bits + 1)
    for (let i = 0; i < size; i++) {
      const bucket = (this.#hashes[i] as number) >>> shift
      starts[bucket + 1] = (starts[bucket + 1] as number) + 1
      if (i % SLICE === SLICE - 1) await pause()
    }
    for (let bucket = 1; bucket < starts.length; bucket++) {
      starts[bucket] = (starts[bucket] as number) + (starts[bucket - 1] as number)
    }
    const offsets = new Uint32Array(size)
    const tags = new Uint8Array(size)
    const next = starts.slice()
    for (let i = 0; i < size; i++) {
      const hash = this.#hashes[i] as number
      const at = next[hash >>> shift] as number
      next[hash >>> shift] = at + 1
      offsets[at] = this.#offsets[i] as number
      tags[at] = hash & 0xff
      if (i % SLICE === SLICE - 1) await pause()
    }
    return new LineIndex(starts, offsets, tags, shift)
  }
}

function widened(array: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const wider = new Uint32Array(length)
  wider.set(array)
  return wider
}

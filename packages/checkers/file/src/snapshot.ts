import type { BigIntStats } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import type { WholeFile } from '@gatewright/watched-file'
import { FileError } from './errors.ts'
import { type ForeignFile, isUtf16 } from './foreign-file.ts'
import { HalfSipHash } from './half-sip-hash.ts'
import type { Layout } from './layout.ts'
import { type LineIndex, LineIndexDraft } from './line-index.ts'
import { LineScanner, MARK_EVERY, trimmedEnd } from './line-scanner.ts'

/** A line that cannot be used. Nobody can log in by it; all others can. */
export interface LineProblem {
  /** The file, as it was given. */
  readonly path: string
  /** Counted from 1. */
  readonly line: number
  /** What is wrong with it, without a word of what it holds. */
  readonly problem: string
}

/** One line of one user. */
export interface UserLine {
  /** The stored spelling, prepared. */
  readonly id: string
  /** Where it begins in the bytes of the file; lines are told apart by it. */
  readonly offset: number
}

export interface SnapshotOptions {
  /** The path as it was given: errors show it. */
  readonly shown: string
  readonly layout: Layout
  /** Whether one name may stand in several lines. */
  readonly many?: boolean
  /** Looks at each of the first lines, to tell files of another kind. */
  readonly foreign?: (line: string) => ForeignFile | undefined
  /** Whether a password field can be used; a line that cannot is passed over. @default every one */
  readonly usable?: (bytes: Uint8Array, start: number, end: number) => boolean
  readonly onProgress?: (done: number, total: number) => void
}

const MAX_PROBLEMS = 100

/** The bad lines of one file: all counted, the first hundred kept. */
export class LineProblems {
  readonly first: LineProblem[] = []
  count = 0
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** Whether finding more of them is not worth the time. */
  get isFull(): boolean {
    return this.first.length === MAX_PROBLEMS
  }

  add(line: number, problem: string): void {
    if (this.count++ < MAX_PROBLEMS) this.first.push({ path: this.#path, line, problem })
  }
}

/** Small enough that looking through it holds nobody up. */
const CHUNK_BYTES = 256 * 1024
const PROGRESS_EVERY = 4 * 1024 * 1024
const LF = 0x0a
const BOM = Buffer.from('\ufeff')

/** One version of a file: its bytes, and where in them each name is. Nothing in it changes. */
export class Snapshot {
  readonly stats: BigIntStats
  readonly problems: LineProblems
  // Private fields, so that nothing that prints can show what is stored.
  readonly #bytes: Buffer
  readonly #layout: Layout
  readonly #hash: HalfSipHash
  readonly #index: LineIndex
  readonly #marks: Uint32Array

  private constructor(parts: {
    readonly stats: BigIntStats
    readonly problems: LineProblems
    readonly bytes: Buffer
    readonly layout: Layout
    readonly hash: HalfSipHash
    readonly index: LineIndex
    readonly marks: readonly number[]
  }) {
    this.stats = parts.stats
    this.problems = parts.problems
    this.#bytes = parts.bytes
    this.#layout = parts.layout
    this.#hash = parts.hash
    this.#index = parts.index
    this.#marks = Uint32Array.from(parts.marks)
  }

  /**
   * Finds the names in a file. A chunk at a time, so that a million lines hold nobody up.
   * @throws {FileError} `WRONG_FILE`
   */
  static async of({ bytes, stats }: WholeFile, options: SnapshotOptions): Promise<Snapshot> {
    const { layout, shown, foreign, usable, many = false, onProgress } = options
    const problems = new LineProblems(shown)
    const hash = new HalfSipHash()
    const draft = new LineIndexDraft(bytes.length)
    const scanner = new LineScanner(bytes, startOf(bytes, shown), layout, hash, draft, {
      flaw: (line, flaw) => problems.add(line, flaw),
      look: (start, lineEnd) => insistOnKind(bytes.toString('latin1', start, lineEnd), shown, foreign),
      ...(usable ? { usable } : {}),
    })
    for (let end = 0, reported = 0; end < bytes.length; ) {
      end = Math.min(end + CHUNK_BYTES, bytes.length)
      scanner.scan(end, end === bytes.length)
      if (end === bytes.length || end - reported >= PROGRESS_EVERY) {
        reported = end
        onProgress?.(end, bytes.length)
      }
      await turn()
    }
    const index = await draft.finish(turn)
    const snapshot = new Snapshot({ stats, problems, bytes, layout, hash, index, marks: scanner.marks })
    if (!many) await snapshot.#findTwins()
    return snapshot
  }

  /** Notes the names that stand in more than one line. */
  async #findTwins(): Promise<void> {
    const { problems } = this
    for (let bucket = 0; bucket < this.#index.buckets && !problems.isFull; bucket += BUCKETS_AT_ONCE) {
      for (const [earlier, later] of this.#index.twins(bucket, bucket + BUCKETS_AT_ONCE)) {
        if (problems.isFull) break
        if (this.#keyAt(earlier) !== this.#keyAt(later)) continue
        problems.add(this.lineAt(later), `its name stands in line ${this.lineAt(earlier)} too`)
      }
      await turn()
    }
  }

  /** How many lines have a name. */
  get size(): number {
    return this.#index.size
  }

  /** The file itself. */
  get bytes(): Buffer {
    return this.#bytes
  }

  /** The lines of this name, in the order of the file. */
  *find(name: string): Generator<UserLine> {
    const key = this.#layout.key(name)
    if (key === undefined) return
    const bytes = Buffer.from(key)
    for (const offset of this.#index.candidates(this.#hash.of(bytes, 0, bytes.length))) {
      if (this.#keyAt(offset) === key)
        yield { id: this.#layout.idOf(this.#text(offset, this.#layout.usernameField)), offset }
    }
  }

  /** What stands in one field of a line; `undefined` when there is no such field. */
  field(offset: number, field: number): string | undefined {
    const span = this.span(offset, field)
    return span === undefined ? undefined : this.#bytes.toString('utf8', span.start, span.end)
  }

  /** Where one field of a line is. */
  span(offset: number, field: number): { readonly start: number; readonly end: number } | undefined {
    const end = trimmedEnd(this.#bytes, offset, this.endOf(offset))
    if (!this.#layout.find(this.#bytes, offset, end, field)) return undefined
    return { start: this.#layout.start, end: this.#layout.end }
  }

  /** Where the line that begins at `offset` ends, its line end not included. */
  endOf(offset: number): number {
    const end = this.#bytes.indexOf(LF, offset)
    return end === -1 ? this.#bytes.length : end
  }

  /** The number of the line that begins at `offset`, counted from 1: from the nearest mark before it. */
  lineAt(offset: number): number {
    let mark = 0
    // The largest file, if it were nothing but line ends, would have 2^22 marks.
    for (let step = 2 ** 22; step >= 1; step /= 2) {
      const next = this.#marks[mark + step]
      if (next !== undefined && next <= offset) mark += step
    }
    let line = mark * MARK_EVERY + 1
    let at = this.#marks[mark] ?? 0
    for (let end = this.endOf(at); end < offset; end = this.endOf(at)) {
      at = end + 1
      line++
    }
    return line
  }

  /** The lines with a name, in the order of the file. */
  *lines(): Generator<UserLine> {
    for (const offset of this.#index.all().slice().sort()) {
      yield { id: this.#layout.idOf(this.#text(offset, this.#layout.usernameField)), offset }
    }
  }

  /** A few lines, by chance. */
  *some(): Generator<UserLine> {
    for (const offset of this.#index.all().subarray(0, SAMPLE)) {
      yield { id: this.#layout.idOf(this.#text(offset, this.#layout.usernameField)), offset }
    }
  }

  #text(offset: number, field: number): string {
    return this.field(offset, field) ?? ''
  }

  #keyAt(offset: number): string | undefined {
    return this.#layout.key(this.#text(offset, this.#layout.usernameField))
  }
}

const SAMPLE = 64
const BUCKETS_AT_ONCE = 16_384

/** Where the first line begins: after the byte order mark that some editors write. */
function startOf(bytes: Buffer, shown: string): number {
  if (isUtf16(bytes)) {
    throw new FileError('WRONG_FILE', `${shown} is UTF-16`, { hint: 'Save it as UTF-8.' })
  }
  return bytes.subarray(0, BOM.length).equals(BOM) ? BOM.length : 0
}

function insistOnKind(line: string, shown: string, foreign: SnapshotOptions['foreign']): void {
  const found = foreign?.(line)
  if (found) throw new FileError('WRONG_FILE', `${shown} is ${found.what}`, { hint: found.hint })
}

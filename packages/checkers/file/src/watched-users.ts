import type { BigIntStats } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { probeFile, type Watched, watchFile } from '@gatewright/watched-file'
import { asFileError, insistOnSafe } from './errors.ts'
import { type LineProblem, Snapshot, type SnapshotOptions } from './snapshot.ts'
import { bad } from './stored-field.ts'

/** How a file is read, and how its changes are noticed. */
export interface WatchOptions {
  /** A relative one is resolved now, so a later change of directory does not matter. */
  readonly path: string | URL
  /** A larger file is refused. @default 256 MiB */
  readonly maxBytes?: number
  /**
   * How long an answer about whether the file has changed is good for. At 0 every look-up asks, on the event loop, in about
   * 2 us; above, the file is asked off the loop, which a network file system that may hang needs. @default 0
   */
  readonly recheckMs?: number
  /**
   * For how long, once the file cannot be read any more, the last version of it that could be serves. At 0, which is safest,
   * look-ups fail at once: a user may have been removed in what cannot be read. @default 0
   */
  readonly staleMs?: number
  /** Called with every line that cannot be used, each time the file is read. @default a process warning about the first */
  readonly onProblem?: (problem: LineProblem) => void
  /** Called while the file is read, every 4 MiB and at its end. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void
}

const MAX_BYTES = 256 * 1024 * 1024
/** Places in the file are 32-bit numbers. */
const MOST_BYTES = 2 ** 32 - 1

/** The users of one file, always as it is now. */
export class WatchedUsers {
  /** The path as it was given. */
  readonly shown: string
  readonly path: string
  readonly #file: Watched<Snapshot>
  readonly #staleMs: number
  readonly #onProblem: WatchOptions['onProblem']
  #lastGood: Snapshot | undefined
  #brokenSince: number | undefined

  /**
   * @throws {PortalError} `BAD_CONFIGURATION`
   * @throws {FileError} `MISSING`, `UNREADABLE`, `NOT_A_FILE`, `UNSAFE`: better now than at the first login
   */
  constructor(options: WatchOptions, load: Pick<SnapshotOptions, 'layout' | 'many' | 'foreign' | 'usable'>) {
    const { path, maxBytes = MAX_BYTES, recheckMs = 0, staleMs = 0, onProblem, onProgress } = options
    this.shown = shownPath(path)
    this.path = resolve(this.shown)
    insistOnNumber('maxBytes', maxBytes, 1, MOST_BYTES)
    insistOnNumber('recheckMs', recheckMs, 0, 3_600_000)
    insistOnNumber('staleMs', staleMs, 0, 3_600_000)
    insistOnFunction('onProblem', onProblem)
    insistOnFunction('onProgress', onProgress)
    this.#staleMs = staleMs
    this.#onProblem = onProblem && harmless(onProblem)
    const told = onProgress ? { onProgress: harmless(onProgress) } : {}
    const insist = (stats: BigIntStats) => insistOnSafe(this.shown, stats)
    this.#file = watchFile(
      this.path,
      async (file) => {
        const snapshot = await Snapshot.of(file, { ...load, ...told, shown: this.shown })
        this.#tell(snapshot)
        return snapshot
      },
      { maxBytes, recheckMs, insist },
    )
    try {
      probeFile(this.path, { maxBytes: Number.POSITIVE_INFINITY, insist })
    } catch (error) {
      throw asFileError(this.shown, error)
    }
  }

  /** The users as they are now: at once when the file has not changed since it was read. */
  current(): Snapshot | Promise<Snapshot> {
    let snapshot: Snapshot | Promise<Snapshot>
    try {
      snapshot = this.#file.current()
    } catch (error) {
      throw asFileError(this.shown, error)
    }
    if ('then' in snapshot) return this.#renewed(snapshot)
    this.#brokenSince = undefined
    return snapshot
  }

  /** Lets the file go. Look-ups fail from now on. */
  async close(): Promise<void> {
    await this.#file.close()
    this.#lastGood = undefined
  }

  async #renewed(renewal: Promise<Snapshot>): Promise<Snapshot> {
    try {
      const snapshot = await renewal
      if (this.#staleMs > 0) this.#lastGood = snapshot
      this.#brokenSince = undefined
      return snapshot
    } catch (error) {
      return this.#stale(asFileError(this.shown, error))
    }
  }

  /** The last version that could be read, if it may still serve. */
  #stale(error: unknown): Snapshot {
    const now = performance.now()
    if (this.#brokenSince === undefined && this.#lastGood) {
      const why = error instanceof Error ? error.message : this.shown
      warn(`${why}; its last version serves for ${this.#staleMs} ms`)
    }
    this.#brokenSince ??= now
    if (this.#lastGood && now < this.#brokenSince + this.#staleMs) return this.#lastGood
    throw error
  }

  #tell({ problems: { first, count } }: Snapshot): void {
    if (this.#onProblem) {
      for (const problem of first) this.#onProblem(problem)
      return
    }
    const [one] = first
    if (!one) return
    const others = count === 1 ? '' : `; ${count - 1} more lines cannot be used either`
    warn(`${one.path}:${one.line} was passed over: ${one.problem}${others}`)
  }
}

/** Whoever watches must not break what is watched: what it throws becomes a warning. */
function harmless<Told extends readonly unknown[]>(watcher: (...told: Told) => void): (...told: Told) => void {
  return (...told) => {
    try {
      watcher(...told)
    } catch (error) {
      warn(`a watcher of a file of users failed: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}

function warn(message: string): void {
  process.emitWarning(message, { type: 'GatewrightWarning', code: 'GATEWRIGHT_FILE' })
}

/** A path as text. @throws {PortalError} `BAD_CONFIGURATION` */
export function shownPath(path: unknown): string {
  if (path instanceof URL && path.protocol === 'file:') return fileURLToPath(path)
  if (typeof path === 'string' && path !== '' && !path.includes('\0')) return path
  throw bad('path is the path of a file', "Such as 'users.txt', or a file: URL.")
}

function insistOnNumber(name: string, value: unknown, least: number, most: number): void {
  if (Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most) return
  throw bad(`${name} is a whole number from ${least} to ${most}`, 'Leave it out for the default.')
}

function insistOnFunction(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function')
    throw bad(`${name} is a function`, 'Leave it out for the default.')
}

/** @throws {PortalError} `BAD_CONFIGURATION` for what was meant and has no such name */
export function insistOnOptions(who: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || options instanceof URL) {
    throw bad(`${who} needs options`, `${who}({ path: 'users.txt' }).`)
  }
  const unknown = Object.keys(options).find((key) => !known.includes(key))
  if (unknown === undefined) return
  const hint =
    unknown === 'hash'
      ? 'How each password is stored is told by the line itself.'
      : unknown === 'cache'
        ? 'Files are read once, and again when they have changed.'
        : `It has ${known.join(', ')}.`
  throw bad(`${who} has no option '${unknown}'`, hint)
}

import { accessSync, constants, type StatSyncOptions, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { disk } from './disk.ts'
import { FileError } from './errors.ts'
import { insistOnFile, unreadable } from './regular-file.ts'
import { type LineProblem, type LoadOptions, Snapshot } from './snapshot.ts'
import { sameStamp } from './stamp.ts'
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
const RELOADS = 5
const STAT: StatSyncOptions & { bigint: true } = { bigint: true }

/** One file, always as it is now. */
export class WatchedFile {
  /** The path as it was given. */
  readonly shown: string
  readonly path: string
  readonly #load: LoadOptions
  readonly #options: Required<Pick<WatchOptions, 'recheckMs' | 'staleMs'>>
  readonly #onProblem: WatchOptions['onProblem']
  #snapshot: Snapshot | undefined
  #renewal: Promise<Snapshot> | undefined
  #checkedAt = Number.NEGATIVE_INFINITY
  #brokenSince: number | undefined
  #closed = false

  /**
   * @throws {PortalError} `BAD_CONFIGURATION`
   * @throws {FileError} `MISSING`, `UNREADABLE`, `NOT_A_FILE`: better now than at the first login
   */
  constructor(options: WatchOptions, load: Pick<LoadOptions, 'layout' | 'many' | 'foreign' | 'usable'>) {
    const { path, maxBytes = MAX_BYTES, recheckMs = 0, staleMs = 0, onProblem, onProgress } = options
    this.shown = shownPath(path)
    this.path = resolve(this.shown)
    insistOnNumber('maxBytes', maxBytes, 1, MOST_BYTES)
    insistOnNumber('recheckMs', recheckMs, 0, 3_600_000)
    insistOnNumber('staleMs', staleMs, 0, 3_600_000)
    insistOnFunction('onProblem', onProblem)
    insistOnFunction('onProgress', onProgress)
    this.#load = {
      ...load,
      shown: this.shown,
      maxBytes,
      settle: true,
      ...(onProgress ? { onProgress: harmless(onProgress) } : {}),
    }
    this.#options = { recheckMs, staleMs }
    this.#onProblem = onProblem && harmless(onProblem)
    try {
      insistOnFile(statSync(this.path), this.shown)
      accessSync(this.path, constants.R_OK)
    } catch (error) {
      throw unreadable(this.shown, error)
    }
  }

  /** The file as it is now: at once when it has not changed since it was read. */
  current(): Snapshot | Promise<Snapshot> {
    if (this.#closed) throw new FileError('CLOSED', `the users of ${this.shown} were closed`)
    if (this.#renewal) return this.#renewal
    const snapshot = this.#snapshot
    if (snapshot && this.#isCurrent(snapshot)) return snapshot
    // Look-ups that come meanwhile share it; it ends by asking once more whether the file has changed, so none is too old.
    this.#renewal = this.#renew().finally(() => {
      this.#renewal = undefined
    })
    return this.#renewal
  }

  /** Lets the file go. Look-ups fail from now on. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#renewal?.catch(() => undefined)
    this.#snapshot = undefined
  }

  /**
   * On the event loop: measured at 1.6 us, where asking a thread takes 42 us and waits for a free one, which password
   * hashing may hold for 10 ms.
   */
  #isCurrent(snapshot: Snapshot): boolean {
    if (this.#brokenSince !== undefined) return false
    if (this.#options.recheckMs > 0) return performance.now() < this.#checkedAt + this.#options.recheckMs
    try {
      return sameStamp(snapshot.stamp, statSync(this.path, STAT))
    } catch {
      // Whatever it is, reading the file will say so.
      return false
    }
  }

  async #renew(): Promise<Snapshot> {
    let snapshot = this.#snapshot
    try {
      for (let reload = 0; reload < RELOADS; reload++) {
        const stats = await disk.stat(this.path, { bigint: true })
        this.#checkedAt = performance.now()
        if (snapshot && sameStamp(snapshot.stamp, stats)) return this.#keep(snapshot)
        snapshot = await Snapshot.load(disk, this.path, this.#load)
      }
      throw new FileError('UNREADABLE', `${this.shown} was replaced again and again while it was read`)
    } catch (error) {
      return this.#lastGood(unreadable(this.shown, error))
    }
  }

  #keep(snapshot: Snapshot): Snapshot {
    this.#brokenSince = undefined
    if (snapshot !== this.#snapshot) this.#tell(snapshot)
    this.#snapshot = snapshot
    return snapshot
  }

  /** The last version that could be read, if it may still serve. */
  #lastGood(error: unknown): Snapshot {
    const now = performance.now()
    if (this.#brokenSince === undefined && this.#snapshot && this.#options.staleMs > 0) {
      warn(
        `${error instanceof Error ? error.message : this.shown}; its last version serves for ${this.#options.staleMs} ms`,
      )
    }
    this.#brokenSince ??= now
    if (this.#snapshot && now < this.#brokenSince + this.#options.staleMs) return this.#snapshot
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

import { type StatSyncOptions, statSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { WatchedFileError } from './errors.ts'
import { readFiles } from './read-files.ts'
import type { RegularFileOptions, WholeFile } from './regular-file.ts'
import { type Stamp, sameStamp, stampOf } from './stamp.ts'

export interface WatchOptions extends RegularFileOptions {
  /**
   * How long an answer about whether a file has changed is good for. At 0 every call asks, on the event loop, in about 2 us;
   * above, the file is asked off the loop, which a network file system that may hang needs. @default 0
   */
  readonly recheckMs?: number
}

/** What is understood of files, always as they are now. */
export interface Watched<T> {
  /**
   * What the files say now, or said at some moment since this was called: at once when they have not changed.
   * @throws {WatchedFileError} every code, from the promise (`CLOSED` at once); and what understanding them threw. What was
   * read before is never handed out instead.
   */
  current(): T | Promise<T>
  /** Lets go of the files, once they are not being read. */
  close(): Promise<void>
}

interface Reading<T> {
  /** Counts the readings. */
  readonly number: number
  readonly stamps: readonly Stamp[]
  readonly value: T
}

const STAT: StatSyncOptions & { bigint: true } = { bigint: true }

/**
 * Reads a file when it is asked for, and again whenever it has changed.
 * @param understand makes something of it, once for each version. It may throw: the next call tries again.
 */
export function watchFile<T>(
  path: string,
  understand: (file: WholeFile) => T | Promise<T>,
  options: WatchOptions = {},
): Watched<T> {
  return watchFiles([path], ([file]) => understand(file as WholeFile), options)
}

/** Reads files together, and all of them again whenever one has changed. See {@link watchFile}. */
export function watchFiles<T>(
  paths: readonly string[],
  understand: (files: readonly WholeFile[]) => T | Promise<T>,
  options: WatchOptions = {},
): Watched<T> {
  return new WatchedFiles(paths, understand, options)
}

class WatchedFiles<T> implements Watched<T> {
  readonly #paths: readonly string[]
  readonly #understand: (files: readonly WholeFile[]) => T | Promise<T>
  readonly #options: WatchOptions
  readonly #recheckMs: number
  #begun = 0
  #latest: Reading<T> | undefined
  #reading: Promise<void> | undefined
  #checkedAt = Number.NEGATIVE_INFINITY
  #closed = false

  constructor(
    paths: readonly string[],
    understand: (files: readonly WholeFile[]) => T | Promise<T>,
    options: WatchOptions,
  ) {
    this.#paths = paths
    this.#understand = understand
    this.#options = options
    this.#recheckMs = options.recheckMs ?? 0
  }

  current(): T | Promise<T> {
    this.#insistOnOpen()
    const latest = this.#latest
    if (latest && (this.#recheckMs > 0 ? this.#isRecent() : this.#stand(latest))) return latest.value
    return this.#renewed()
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#reading?.catch(() => undefined)
    this.#latest = undefined
  }

  #isRecent(): boolean {
    return performance.now() < this.#checkedAt + this.#recheckMs
  }

  /**
   * Whether each path still leads to what was stamped. On the event loop: measured at 1.6 us, where asking a thread takes
   * 42 us and waits for a free one, which password hashing may hold for 10 ms.
   */
  #stand({ stamps }: Reading<T>): boolean {
    try {
      for (let i = 0; i < stamps.length; i++) {
        if (!sameStamp(stamps[i] as Stamp, statSync(this.#paths[i] as string, STAT))) return false
      }
      return true
    } catch {
      // Whatever it is, reading the file will say so.
      return false
    }
  }

  async #standOffLoop({ stamps }: Reading<T>): Promise<boolean> {
    const began = performance.now()
    try {
      const now = await Promise.all(this.#paths.map((path) => stat(path, { bigint: true })))
      if (!stamps.every((stamp, i) => sameStamp(stamp, now[i] as Stamp))) return false
    } catch {
      return false
    }
    this.#checkedAt = began
    return true
  }

  async #renewed(): Promise<T> {
    const before = this.#begun
    for (;;) {
      const latest = this.#latest
      // One that was begun later cannot have missed a change made before this call.
      if (latest && latest.number > before) return latest.value
      if (latest && (this.#recheckMs > 0 ? await this.#standOffLoop(latest) : this.#stand(latest))) return latest.value
      this.#insistOnOpen()
      this.#reading ??= this.#read().finally(() => {
        this.#reading = undefined
      })
      const number = this.#begun
      try {
        await this.#reading
      } catch (error) {
        // What had failed before this call may have been mended before it.
        if (number > before) throw error
      }
    }
  }

  async #read(): Promise<void> {
    const number = ++this.#begun
    const began = performance.now()
    // Until it has been read, nothing is known of it.
    this.#checkedAt = Number.NEGATIVE_INFINITY
    const files = await readFiles(this.#paths, { ...this.#options, settle: true })
    const value = await this.#understand(files)
    this.#latest = { number, stamps: files.map(({ stats }) => stampOf(stats)), value }
    this.#checkedAt = began
  }

  #insistOnOpen(): void {
    if (!this.#closed) return
    const [path = ''] = this.#paths
    throw new WatchedFileError('CLOSED', path, `${path} is no longer watched`, { hint: 'Watch it again.' })
  }
}

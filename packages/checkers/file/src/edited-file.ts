import type { BigIntStats } from 'node:fs'
import { resolve } from 'node:path'
import { asWatchedFileError, readRegularFile } from '@gatewright/watched-file'
import type { Disk } from './disk.ts'
import { type Edit, edited } from './edit.ts'
import { asFileError, FileError, insistOnSafe, systemCode } from './errors.ts'
import { takeLock } from './file-lock.ts'
import { foreignLine } from './foreign-file.ts'
import type { Layout } from './layout.ts'
import { replaceFile, sweep } from './replace-file.ts'
import { Snapshot } from './snapshot.ts'

export interface EditedFileOptions {
  /** Makes the file at the first edit if there is none, readable by its owner alone. @default false */
  readonly create?: boolean
  /** A larger file is refused. @default 256 MiB */
  readonly maxBytes?: number
  /** How long to wait for another process that edits the file. @default 10 s */
  readonly waitMs?: number
}

export const WAIT_MS = 10_000
export const MAX_BYTES: number = 256 * 1024 * 1024
const NO_BYTES = Buffer.alloc(0)

/** What to do to a file as it is found, if it is there; and what came of it. */
export type Change<T> = (snapshot: Snapshot | undefined) => { readonly edits: readonly Edit[]; readonly result: T }

/** A file that is changed in steps which are one to everybody else, whoever else edits it. */
export class EditedFile {
  readonly #disk: Disk
  readonly #shown: string
  readonly #path: string
  readonly #layout: Layout
  readonly #options: EditedFileOptions
  /** Edits of this object, one after another: they need not wait for each other's lock. */
  #last: Promise<unknown> = Promise.resolve()
  #swept = false

  constructor(path: string, layout: Layout, options: EditedFileOptions, disk: Disk) {
    this.#shown = path
    this.#path = resolve(path)
    this.#layout = layout
    this.#options = options
    this.#disk = disk
  }

  /** @throws {FileError} `MISSING`, `UNREADABLE`, `NOT_A_FILE`, `UNSAFE`, `TOO_LARGE`, `WRONG_FILE` */
  async load(path: string = this.#path): Promise<Snapshot> {
    const { maxBytes = MAX_BYTES } = this.#options
    const layout = this.#layout
    const insist = (stats: BigIntStats) => insistOnSafe(this.#shown, stats)
    try {
      const file = await readRegularFile(path, { maxBytes, insist, open: this.#disk.open })
      return await Snapshot.of(file, {
        layout,
        shown: this.#shown,
        ...(layout.isUsual ? { foreign: foreignLine } : {}),
      })
    } catch (error) {
      throw asFileError(this.#shown, error)
    }
  }

  /** @throws {FileError} `LOCKED`, `UNWRITABLE`, and what {@link load} throws */
  edit<T>(change: Change<T>): Promise<T> {
    const turn = this.#last.then(() => this.#editAlone(change))
    this.#last = turn.catch(() => undefined)
    return turn
  }

  async #editAlone<T>(change: Change<T>): Promise<T> {
    const disk = this.#disk
    const waitMs = this.#options.waitMs ?? WAIT_MS
    try {
      const path = await this.#realPath()
      const lock = await takeLock(disk, `${path}.lock`, { shown: this.#shown, waitMs })
      let failure: unknown
      try {
        if (lock.broken || !this.#swept) await sweep(disk, path)
        this.#swept = true
        const snapshot = await this.#loadOrNone(path)
        const { edits, result } = change(snapshot)
        if (edits.length > 0) {
          await replaceFile(disk, path, edited(snapshot?.bytes ?? NO_BYTES, edits), snapshot?.stats)
        }
        return result
      } catch (error) {
        failure = error
        throw error
      } finally {
        // What went wrong first is what is told.
        await lock.release().catch((error: unknown) => {
          if (failure === undefined) throw error
        })
      }
    } catch (error) {
      throw unwritable(this.#shown, error)
    }
  }

  async #loadOrNone(path: string): Promise<Snapshot | undefined> {
    try {
      return await this.load(path)
    } catch (error) {
      if (this.#options.create === true && error instanceof FileError && error.code === 'MISSING') return undefined
      throw error
    }
  }

  /** Where a symbolic link leads to: renaming over the link would leave the file that others read as it is. */
  async #realPath(): Promise<string> {
    try {
      return await this.#disk.realpath(this.#path)
    } catch (error) {
      if (this.#options.create === true && systemCode(error) === 'ENOENT') return this.#path
      throw asFileError(this.#shown, asWatchedFileError(this.#path, error))
    }
  }
}

/** An error of the system, in words. */
function unwritable(shown: string, error: unknown): unknown {
  const code = systemCode(error)
  if (error instanceof FileError || code === undefined || code.startsWith('ERR_')) return error
  const hint =
    code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
      ? 'Run as the owner of the file, or as root; it must be possible to make files beside it, with the same owner.'
      : 'The file is as it was, or whole and new. Mend what the system reports, and try again.'
  return new FileError('UNWRITABLE', `${shown} cannot be replaced (${code})`, { cause: error, hint })
}

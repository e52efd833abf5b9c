import { resolve } from 'node:path'
import { type HashOptions, hash, verify as matchesStored } from '@gatewright/passwords'
import { type Disk, disk as realDisk } from './disk.ts'
import { type Edit, edited, insistOnStorable, lineFor } from './edit.ts'
import { FileError, systemCode } from './errors.ts'
import { takeLock } from './file-lock.ts'
import { foreignLine } from './foreign-file.ts'
import { type ImportOptions, type ImportReport, type ImportRow, importRows } from './import-rows.ts'
import { Layout, type LayoutOptions } from './layout.ts'
import { unreadable } from './regular-file.ts'
import { replaceFile, sweep } from './replace-file.ts'
import { Snapshot } from './snapshot.ts'
import { bad, badLine, readField } from './stored-field.ts'
import { insistOnOptions, shownPath } from './watched-file.ts'

export interface PasswordFileOptions extends LayoutOptions {
  /** Makes the file at the first {@link PasswordFile.set} if there is none, readable by its owner alone. @default false */
  readonly create?: boolean
  /** How passwords are hashed. @default what `hash()` does */
  readonly hash?: HashOptions
  /** A larger file is refused. @default 256 MiB */
  readonly maxBytes?: number
  /** How long to wait for another process that edits the file. @default 10 s */
  readonly waitMs?: number
}

/** What to store: a password, to be hashed, or a string of any format that `@gatewright/passwords` verifies, as it is. */
export type NewPassword = string | { readonly stored: string }

const OPTIONS = ['create', 'hash', 'maxBytes', 'waitMs', 'delim', 'usernameField', 'passwordField', 'caseSensitive']
const NO_BYTES = Buffer.alloc(0)

/**
 * Edits a file of users. Each edit is one step to everybody else: it takes the lock, writes a new file beside the old one and
 * renames it over that. Comments, the order of lines and other fields stay. A symbolic link stays one; the file that it leads
 * to is replaced.
 */
export class PasswordFile {
  readonly #disk: Disk
  readonly #shown: string
  readonly #path: string
  readonly #layout: Layout
  readonly #options: PasswordFileOptions
  /** Edits of this object, one after another: they need not wait for each other's lock. */
  #last: Promise<unknown> = Promise.resolve()
  #swept = false

  /** Use {@link openPasswordFile}. */
  constructor(path: string, options: PasswordFileOptions, disk: Disk) {
    this.#shown = path
    this.#path = resolve(path)
    this.#layout = new Layout(options)
    this.#options = options
    this.#disk = disk
  }

  /**
   * Adds a user or changes its password. Of a user with several lines the first stays, with the new password.
   * @returns whether the user is new
   * @throws {FileError} `UNSTORABLE`, `LOCKED`, `UNWRITABLE`, and what reading the file throws
   * @throws {PasswordsError} `BAD_PASSWORD` and others of `hash()`
   */
  async set(name: string, password: NewPassword): Promise<boolean> {
    insistOnStorable(this.#layout, name, undefined)
    const stored = await this.#stored(password)
    insistOnStorable(this.#layout, undefined, stored)
    return this.#edit((snapshot) => {
      const edits = this.#setting(snapshot, name, stored)
      return { edits, result: edits.every(({ start }) => start === Number.POSITIVE_INFINITY) }
    })
  }

  /**
   * Removes every line of a user.
   * @returns whether there was one
   * @throws {FileError} `LOCKED`, `UNWRITABLE`, and what reading the file throws
   */
  remove(name: string): Promise<boolean> {
    return this.#edit((snapshot) => {
      const edits: Edit[] = []
      for (const { offset } of snapshot?.find(name) ?? [])
        edits.push({ start: offset, end: afterLine(snapshot, offset) })
      return { edits, result: edits.length > 0 }
    })
  }

  /**
   * Replaces what is stored for a user if it still is `previous`.
   * @returns whether it was replaced
   * @throws {FileError} `UNSTORABLE`, `LOCKED`, `UNWRITABLE`, and what reading the file throws
   */
  replace(name: string, previous: string, next: string): Promise<boolean> {
    insistOnStorable(this.#layout, undefined, next)
    return this.#edit((snapshot) => {
      const [line, twin] = snapshot?.find(name) ?? []
      const span = line && !twin ? snapshot?.span(line.offset, this.#layout.passwordField) : undefined
      if (!span || snapshot?.bytes.toString('utf8', span.start, span.end) !== previous)
        return { edits: [], result: false }
      return { edits: [{ ...span, text: next }], result: true }
    })
  }

  /**
   * Whether this is the password of that user. A user that does not exist or is locked has none.
   * @throws {FileError} `BAD_LINE`, and what reading the file throws
   */
  async verify(name: string, password: string): Promise<boolean> {
    const snapshot = await this.#load()
    const [line, twin] = snapshot.find(name)
    if (!line) return false
    const where = `${this.#shown}:${snapshot.lineAt(line.offset)}`
    if (twin) throw badLine(where, new Error(`line ${snapshot.lineAt(twin.offset)} is of the same user`))
    let stored: string | undefined
    try {
      stored = readField(snapshot.field(line.offset, this.#layout.passwordField) ?? '', { plaintext: false }).password
    } catch (error) {
      throw badLine(where, error)
    }
    return stored !== undefined && (await matchesStored(stored, password)) !== 'mismatch'
  }

  /** The names, in the order of the file. @throws {FileError} what reading the file throws */
  async list(): Promise<readonly string[]> {
    return [...(await this.#load()).lines()].map(({ id }) => id)
  }

  /**
   * Adds many users in one edit: all of them, or none when it fails or is aborted. Passwords are hashed before the file is
   * locked. Of rows with one name the last counts.
   *
   * @throws {FileError} `UNSTORABLE`, naming the row; `LOCKED`, `UNWRITABLE`, and what reading the file throws
   */
  async import(
    rows: Iterable<ImportRow> | AsyncIterable<ImportRow>,
    options: ImportOptions = {},
  ): Promise<ImportReport> {
    const users = await importRows(rows, options, this.#layout, (password) => this.#stored(password))
    options.signal?.throwIfAborted()
    return this.#edit((snapshot) => {
      const edits: Edit[] = []
      let added = 0
      for (const { name, stored } of users.values()) {
        const own = this.#setting(snapshot, name, stored)
        if (own.every(({ start }) => start === Number.POSITIVE_INFINITY)) added++
        edits.push(...own)
      }
      return { edits, result: { added, changed: users.size - added } }
    })
  }

  async #stored(password: NewPassword): Promise<string> {
    return typeof password === 'string' ? hash(password, this.#options.hash ?? {}) : password.stored
  }

  /** What makes `stored` the password of `name`. */
  #setting(snapshot: Snapshot | undefined, name: string, stored: string): Edit[] {
    const edits: Edit[] = []
    for (const { offset } of snapshot?.find(name) ?? []) {
      const span = snapshot?.span(offset, this.#layout.passwordField)
      if (edits.length === 0 && span) edits.push({ ...span, text: stored })
      else edits.push({ start: offset, end: afterLine(snapshot, offset) })
    }
    if (edits.length > 0) return edits
    return [
      { start: Number.POSITIVE_INFINITY, end: Number.POSITIVE_INFINITY, text: lineFor(this.#layout, name, stored) },
    ]
  }

  #edit<T>(change: (snapshot: Snapshot | undefined) => { readonly edits: Edit[]; readonly result: T }): Promise<T> {
    const turn = this.#last.then(() => this.#editAlone(change))
    this.#last = turn.catch(() => undefined)
    return turn
  }

  async #editAlone<T>(
    change: (snapshot: Snapshot | undefined) => { readonly edits: Edit[]; readonly result: T },
  ): Promise<T> {
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

  #load(path: string = this.#path): Promise<Snapshot> {
    const { maxBytes = MAX_BYTES } = this.#options
    const foreign = this.#layout.isUsual ? { foreign: foreignLine } : {}
    return Snapshot.load(this.#disk, path, {
      layout: this.#layout,
      shown: this.#shown,
      maxBytes,
      settle: false,
      ...foreign,
    })
  }

  async #loadOrNone(path: string): Promise<Snapshot | undefined> {
    try {
      return await this.#load(path)
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
      throw unreadable(this.#shown, error)
    }
  }
}

const WAIT_MS = 10_000
const MAX_BYTES = 256 * 1024 * 1024

/**
 * Opens a file of users for editing.
 * @throws {PortalError} `BAD_CONFIGURATION`
 * @throws {FileError} `MISSING` unless it may be created; `UNREADABLE`, `NOT_A_FILE`, `TOO_LARGE`, `WRONG_FILE`
 */
export async function openPasswordFile(path: string | URL, options: PasswordFileOptions = {}): Promise<PasswordFile> {
  insistOnOptions('openPasswordFile', options, OPTIONS)
  const { waitMs = WAIT_MS, maxBytes = MAX_BYTES, create = false } = options
  if (!Number.isSafeInteger(waitMs) || waitMs < 0)
    throw bad('waitMs is a whole number from 0', 'It is 10000 by default.')
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1)
    throw bad('maxBytes is a whole number from 1', 'It is 256 MiB by default.')
  if (typeof create !== 'boolean') throw bad('create is true or false', 'It is false by default.')
  const file = new PasswordFile(shownPath(path), options, realDisk)
  try {
    await file.list()
  } catch (error) {
    if (!(create && error instanceof FileError && error.code === 'MISSING')) throw error
  }
  return file
}

/** Behind the line end of the line that begins at `offset`. */
function afterLine(snapshot: Snapshot | undefined, offset: number): number {
  return Math.min((snapshot?.endOf(offset) ?? 0) + 1, snapshot?.bytes.length ?? 0)
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

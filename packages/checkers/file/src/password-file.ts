import { type HashOptions, hash, verify as matchesStored } from '@gatewright/passwords'
import { type Disk, disk as realDisk } from './disk.ts'
import { type Edit, insistOnStorable, isNewLine, removal, setting } from './edit.ts'
import { EditedFile, type EditedFileOptions, MAX_BYTES, WAIT_MS } from './edited-file.ts'
import { FileError } from './errors.ts'
import { type ImportOptions, type ImportReport, type ImportRow, importRows } from './import-rows.ts'
import { Layout, type LayoutOptions } from './layout.ts'
import { bad, badLine, readField, STRICT } from './stored-field.ts'
import { insistOnOptions, shownPath } from './watched-users.ts'

export interface PasswordFileOptions extends EditedFileOptions, LayoutOptions {
  /** How passwords are hashed. @default what `hash()` does */
  readonly hash?: HashOptions
}

/** What to store: a password, to be hashed, or a string of any format that `@gatewright/passwords` verifies, as it is. */
export type NewPassword = string | { readonly stored: string }

const OPTIONS = ['create', 'hash', 'maxBytes', 'waitMs', 'delim', 'usernameField', 'passwordField', 'caseSensitive']

/**
 * Edits a file of users. Each edit is one step to everybody else: it takes the lock, writes a new file beside the old one and
 * renames it over that. Comments, the order of lines and other fields stay. A symbolic link stays one; the file that it leads
 * to is replaced.
 */
export class PasswordFile {
  readonly #shown: string
  readonly #layout: Layout
  readonly #hash: HashOptions
  readonly #file: EditedFile

  /** Use {@link openPasswordFile}. */
  constructor(path: string, options: PasswordFileOptions, disk: Disk) {
    this.#shown = path
    this.#layout = new Layout(options)
    this.#hash = options.hash ?? {}
    this.#file = new EditedFile(path, this.#layout, options, disk)
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
    return this.#file.edit((snapshot) => {
      const edits = setting(snapshot, this.#layout, name, stored)
      return { edits, result: isNewLine(edits) }
    })
  }

  /**
   * Removes every line of a user.
   * @returns whether there was one
   * @throws {FileError} `LOCKED`, `UNWRITABLE`, and what reading the file throws
   */
  remove(name: string): Promise<boolean> {
    return this.#file.edit((snapshot) => {
      const edits = removal(snapshot, name)
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
    return this.#file.edit((snapshot) => {
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
    const snapshot = await this.#file.load()
    const [line, twin] = snapshot.find(name)
    if (!line) return false
    const where = `${this.#shown}:${snapshot.lineAt(line.offset)}`
    if (twin) throw badLine(where, new Error(`line ${snapshot.lineAt(twin.offset)} is of the same user`))
    let stored: string | undefined
    try {
      stored = readField(snapshot.field(line.offset, this.#layout.passwordField) ?? '', STRICT).password
    } catch (error) {
      throw badLine(where, error)
    }
    return stored !== undefined && (await matchesStored(stored, password)) !== 'mismatch'
  }

  /** The names, in the order of the file. @throws {FileError} what reading the file throws */
  async list(): Promise<readonly string[]> {
    return [...(await this.#file.load()).lines()].map(({ id }) => id)
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
    return this.#file.edit((snapshot) => {
      const edits: Edit[] = []
      let added = 0
      for (const { name, stored } of users.values()) {
        const own = setting(snapshot, this.#layout, name, stored)
        if (isNewLine(own)) added++
        edits.push(...own)
      }
      return { edits, result: { added, changed: users.size - added } }
    })
  }

  async #stored(password: NewPassword): Promise<string> {
    return typeof password === 'string' ? hash(password, this.#hash) : password.stored
  }
}

/**
 * Opens a file of users for editing.
 * @throws {PortalError} `BAD_CONFIGURATION`
 * @throws {FileError} `MISSING` unless it may be created; `UNREADABLE`, `NOT_A_FILE`, `UNSAFE`, `TOO_LARGE`, `WRONG_FILE`
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

import type { StoredUser, UserSource } from '@gatewright/passwords'
import { FileError } from './errors.ts'
import { foreignLine } from './foreign-file.ts'
import { Layout, type LayoutOptions } from './layout.ts'
import { openPasswordFile, type PasswordFile } from './password-file.ts'
import type { Snapshot, UserLine } from './snapshot.ts'
import { bad, badLine, readField, type StoredField } from './stored-field.ts'
import { insistOnOptions, WatchedUsers, type WatchOptions } from './watched-users.ts'

export interface FileUsersOptions extends WatchOptions, LayoutOptions {
  /** Shown in events. @default `file:` and the path */
  readonly name?: string
  /**
   * Reads what is in no known format as the password itself. Whoever can read the file can then log in as anybody; without
   * it such a line is a fault for its user. @default false
   */
  readonly plaintext?: boolean
  /**
   * Verifies traditional DES hashes too, such as `htpasswd -d` makes: 13 characters that looked at no more than the first
   * eight of a password. Without it they are a fault for their user. @default false
   */
  readonly allowDes?: boolean
  /** Answers HTTP Digest too, for users whose password is stored readable: `plain()` strings, or `plaintext`. @default false */
  readonly digest?: boolean
  /**
   * Replaces a stale stored password when its owner logs in. The file must then be ours alone: other programs that read it
   * may not know the new format. @default false
   */
  readonly rehash?: boolean
}

/** Users in a file. */
export interface FileUsers extends UserSource, AsyncDisposable {
  /**
   * Reads the file now, to hear of what is wrong with it before anybody logs in.
   * @throws {FileError} `MISSING`, `UNREADABLE`, `NOT_A_FILE`, `UNSAFE`, `TOO_LARGE`, `WRONG_FILE`
   */
  ready(): Promise<void>
  /** Lets go of the file. Look-ups fail from now on. */
  close(): Promise<void>
}

const OPTIONS = [
  'path',
  'name',
  'delim',
  'usernameField',
  'passwordField',
  'caseSensitive',
  'plaintext',
  'allowDes',
  'digest',
  'rehash',
  'maxBytes',
  'recheckMs',
  'staleMs',
  'onProblem',
  'onProgress',
]

/**
 * Users in a file of `name:stored-password` lines, such as htpasswd writes. How each password is stored is told by its line.
 * The file is read at the first look-up and whenever it has changed.
 *
 * A name that stands in two lines is a fault for that user, and not the first or the last of them (Twisted's
 * `FilePasswordDB` takes either, by whether it caches): whoever removed or changed one of the lines did not mean the other.
 *
 * @throws {PortalError} `BAD_CONFIGURATION`
 * @throws {FileError} `MISSING`, `UNREADABLE`, `NOT_A_FILE`, `UNSAFE`; look-ups throw `TOO_LARGE`, `WRONG_FILE`, `BAD_LINE` and `CLOSED` too
 */
export function fileUsers(options: FileUsersOptions): FileUsers {
  insistOnOptions('fileUsers', options, OPTIONS)
  const { plaintext = false, allowDes = false, digest = false, rehash = false } = options
  for (const [key, value] of Object.entries({ plaintext, allowDes, digest, rehash })) {
    if (typeof value !== 'boolean') throw bad(`${key} is true or false`, 'It is false by default.')
  }
  const layout = new Layout(options)
  const file = new WatchedUsers(options, { layout, ...(layout.isUsual ? { foreign: foreignLine } : {}) })
  const { name = `file:${file.shown}` } = options
  if (typeof name !== 'string' || name === '') throw bad('name is a non-empty string', 'Events show it.')

  function userOf(snapshot: Snapshot, { id, offset }: UserLine): StoredUser {
    return { id, ...storedAt(snapshot, offset) }
  }

  function storedAt(snapshot: Snapshot, offset: number): StoredField {
    try {
      return readField(snapshot.field(offset, layout.passwordField) ?? '', { plaintext, allowDes })
    } catch (error) {
      throw badLine(`${file.shown}:${snapshot.lineAt(offset)}`, error)
    }
  }

  /** An odd line is its user's fault, at that user's login: it must not end everybody's. */
  function usableAt(snapshot: Snapshot, offset: number): string | undefined {
    try {
      return storedAt(snapshot, offset).password
    } catch {
      return undefined
    }
  }

  function lookUp(snapshot: Snapshot, username: string): StoredUser | undefined {
    const [line, twin] = snapshot.find(username)
    if (!line) return undefined
    if (twin) throw ambiguous(file.shown, snapshot.lineAt(line.offset), snapshot.lineAt(twin.offset))
    return userOf(snapshot, line)
  }

  let editor: Promise<PasswordFile> | undefined
  const replace = async (id: string, previous: string, next: string): Promise<boolean> => {
    const { usernameField, passwordField, caseSensitive } = layout
    const delim = layout.delim.toString()
    const { maxBytes } = options
    const limits = maxBytes === undefined ? {} : { maxBytes }
    editor ??= openPasswordFile(file.path, { delim, usernameField, passwordField, caseSensitive, ...limits })
    // What a field says need not be what stands in it: plain text and DES are marked when they are read.
    const snapshot = await file.current()
    const [line] = snapshot.find(id)
    const field = line && snapshot.field(line.offset, passwordField)
    if (!line || field === undefined || usableAt(snapshot, line.offset) !== previous) return false
    return (await editor).replace(id, field, next)
  }

  return {
    name,
    accepts: digest ? ['password', 'digest'] : ['password'],
    // At once when nothing has changed: a look-up is no reason to leave the turn of the event loop.
    find(username): StoredUser | undefined | Promise<StoredUser | undefined> {
      const snapshot = file.current()
      return 'then' in snapshot ? snapshot.then((loaded) => lookUp(loaded, username)) : lookUp(snapshot, username)
    },
    async sample(): Promise<string | undefined> {
      const snapshot = await file.current()
      for (const { offset } of snapshot.some()) {
        const stored = usableAt(snapshot, offset)
        if (stored !== undefined) return stored
      }
      return undefined
    },
    ...(rehash ? { replacePassword: replace } : {}),
    async ready(): Promise<void> {
      await file.current()
    },
    close: () => file.close(),
    [Symbol.asyncDispose]: () => file.close(),
  }
}

function ambiguous(shown: string, line: number, twin: number): FileError {
  return new FileError('BAD_LINE', `${shown}:${line} and line ${twin} are of one user`, {
    hint: 'Remove one of them; gatewright-passwd add replaces both by one.',
  })
}

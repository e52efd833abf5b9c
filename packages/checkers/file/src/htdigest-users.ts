import type { DigestAlgorithm, Ha1, StoredUser, UserSource } from '@gatewright/passwords'
import type { ForeignFile } from './foreign-file.ts'
import { Layout } from './layout.ts'
import type { Snapshot, UserLine } from './snapshot.ts'
import { bad, badLine, isKnownFormat } from './stored-field.ts'
import { insistOnOptions, WatchedUsers, type WatchOptions } from './watched-users.ts'

export interface HtdigestUsersOptions extends WatchOptions {
  /** Shown in events. @default `htdigest:` and the path */
  readonly name?: string
  /** What made the HA1s of 64 digits; those of 32 digits are MD5's. @default 'SHA-256' */
  readonly algorithm?: Exclude<DigestAlgorithm, 'MD5'>
}

/** Users with verifiers for HTTP Digest, in a file. */
export interface HtdigestUsers extends UserSource, AsyncDisposable {
  /**
   * Reads the file now, to hear of what is wrong with it before anybody logs in.
   * @throws {FileError} `MISSING`, `UNREADABLE`, `NOT_A_FILE`, `UNSAFE`, `TOO_LARGE`, `WRONG_FILE`
   */
  ready(): Promise<void>
  /** Lets go of the file. Look-ups fail from now on. */
  close(): Promise<void>
}

const OPTIONS = ['path', 'name', 'algorithm', 'maxBytes', 'recheckMs', 'staleMs', 'onProblem', 'onProgress']
const REALM = 1
const HA1 = 2
const MD5_DIGITS = 32
const SHA256_DIGITS = 64
/** More realms than anybody has; so many lines of one name are no longer looked through for each login. */
const MAX_LINES = 1_000

/**
 * Users in a file of `name:realm:HA1` lines, such as htdigest writes. A user has a line for each realm, and may have one for
 * each algorithm.
 *
 * @throws {PortalError} `BAD_CONFIGURATION`
 * @throws {FileError} `MISSING`, `UNREADABLE`, `NOT_A_FILE`, `UNSAFE`; look-ups throw `TOO_LARGE`, `WRONG_FILE`, `BAD_LINE` and `CLOSED` too
 */
export function htdigestUsers(options: HtdigestUsersOptions): HtdigestUsers {
  insistOnOptions('htdigestUsers', options, OPTIONS)
  const { algorithm = 'SHA-256' } = options
  if (algorithm !== 'SHA-256' && algorithm !== 'SHA-512-256') {
    throw bad("algorithm is 'SHA-256' or 'SHA-512-256'", 'HA1s of 32 digits are MD5 whatever it is.')
  }
  const layout = new Layout({ passwordField: HA1 })
  const file = new WatchedUsers(options, { layout, many: true, foreign: foreignLine, usable: isHa1 })
  const { name = `htdigest:${file.shown}` } = options
  if (typeof name !== 'string' || name === '') throw bad('name is a non-empty string', 'Events show it.')

  function ha1Of(snapshot: Snapshot, { offset }: UserLine): Ha1 {
    const hash = snapshot.field(offset, HA1) ?? ''
    const realm = snapshot.field(offset, REALM) ?? ''
    return { realm, algorithm: hash.length === MD5_DIGITS ? 'MD5' : algorithm, hash }
  }

  function lookUp(snapshot: Snapshot, username: string): StoredUser | undefined {
    const ha1: Ha1[] = []
    let id: string | undefined
    for (const line of snapshot.find(username)) {
      const found = ha1Of(snapshot, line)
      const where = () => `${file.shown}:${snapshot.lineAt(line.offset)}`
      if (ha1.some((earlier) => earlier.realm === found.realm && earlier.algorithm === found.algorithm)) {
        throw badLine(where(), new Error('an earlier line is of this user, realm and algorithm too'))
      }
      if (ha1.push(found) > MAX_LINES) throw badLine(where(), new Error(`one user has more than ${MAX_LINES} lines`))
      id ??= line.id
    }
    return id === undefined ? undefined : { id, ha1 }
  }

  return {
    name,
    accepts: ['digest'],
    find(username): StoredUser | undefined | Promise<StoredUser | undefined> {
      const snapshot = file.current()
      return 'then' in snapshot ? snapshot.then((loaded) => lookUp(loaded, username)) : lookUp(snapshot, username)
    },
    async ready(): Promise<void> {
      await file.current()
    },
    close: () => file.close(),
    [Symbol.asyncDispose]: () => file.close(),
  }
}

/** Looked at when the file is read: a damaged line is passed over, and does not hide the lines of other realms. */
function isHa1(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== MD5_DIGITS && end - start !== SHA256_DIGITS) return false
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number
    const isDigit = byte >= 0x30 && byte <= 0x39
    // A letter in either case: the bit of the case set, it is a small one.
    const letter = byte | 0x20
    if (!isDigit && !(letter >= 0x61 && letter <= 0x66)) return false
  }
  return true
}

/** An htpasswd file would have no usable line at all. */
function foreignLine(line: string): ForeignFile | undefined {
  const fields = line.split(':', 3)
  if (fields.length !== 2 || !isKnownFormat(fields[1] ?? '')) return undefined
  return { what: 'an htpasswd file', hint: 'Use fileChecker() for it: --auth file:PATH.' }
}

import { type BigIntStats, statSync } from 'node:fs'
import { probeFile, type Watched, WatchedFileError, watchFiles } from '@gatewright/watched-file'
import { UnixError } from './errors.ts'

/** A million accounts. */
export const MAX_FILE_BYTES: number = 64 * 1024 * 1024

const OTHERS_MAY_WRITE = 0o002n
const OPTIONS = { maxBytes: MAX_FILE_BYTES, insist: insistOnSafe }

/**
 * Account files, read again whenever one of them changes, and always together: what is understood of them was true of all at
 * one moment.
 */
export class AccountFiles<T> {
  readonly #files: Watched<T>

  /** @throws {UnixError} when one of them cannot be read: `UNREADABLE`, `NOT_A_FILE`, `UNSAFE`, `TOO_LARGE` */
  constructor(paths: readonly string[], understand: (contents: readonly Buffer[]) => Promise<T>) {
    try {
      for (const path of paths) probeFile(path, OPTIONS)
    } catch (error) {
      throw asUnixError(error)
    }
    this.#files = watchFiles(paths, (files) => understand(files.map(({ bytes }) => bytes)), OPTIONS)
  }

  /**
   * What the files say now, or said at some moment since this was called.
   * @throws {UnixError} every code but `BAD_ENTRY`; what was read before is never handed out instead
   */
  async current(): Promise<T> {
    try {
      return await this.#files.current()
    } catch (error) {
      throw asUnixError(error)
    }
  }
}

function insistOnSafe({ mode }: BigIntStats, path: string): void {
  if ((mode & OTHERS_MAY_WRITE) === 0n) return
  throw new UnixError('UNSAFE', `everybody may write to ${path}, and so let anybody in`, {
    hint: `Take that right away: chmod o-w ${path}`,
  })
}

/** What is wrong with a file, as it is said of accounts. */
function asUnixError(error: unknown): unknown {
  if (!(error instanceof WatchedFileError)) return error
  const { code, path, system, cause = error } = error
  switch (code) {
    case 'NOT_A_FILE':
      return new UnixError('NOT_A_FILE', `${path} is not a regular file`, {
        cause,
        hint: 'The options passwd, shadow and shells are paths of files.',
      })
    case 'TOO_LARGE':
      return new UnixError('TOO_LARGE', `${path} is larger than ${MAX_FILE_BYTES} bytes`, {
        cause,
        hint: 'Keep this many users in a database: @gatewright/checker-sql.',
      })
    case 'CHANGING':
      return new UnixError('CHANGING', error.message, {
        cause,
        hint: 'Something writes to them in place, without end; find it with: fuser -v',
      })
    default: {
      const denied = system === 'EACCES' || system === 'EPERM'
      const why = WHY.get(system ?? '') ?? 'the system refused'
      return new UnixError('UNREADABLE', `cannot read ${path}: ${why} (${system})`, {
        cause,
        hint: denied ? whoMay(path) : 'Without this file nobody can log in; see the options.',
      })
    }
  }
}

const WHY: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['ENOENT', 'there is no such file'],
  ['ENOTDIR', 'there is no such file'],
  ['ELOOP', 'its symbolic links go round in circles'],
  ['EMFILE', 'too many files are open'],
  ['ENFILE', 'too many files are open'],
  ['EIO', 'the disk failed'],
])

/** Who is asking, and whom the file lets read: the two things that somebody has to bring together. */
function whoMay(path: string): string {
  const self = `This process runs as uid ${process.geteuid?.()}, gid ${process.getegid?.()}`
  try {
    const { uid, gid } = statSync(path)
    return `${self}; ${path} belongs to uid ${uid}, gid ${gid}. Run it as root or in that group, usually called shadow.`
  } catch {
    // Not even the directory may be looked into; then nothing more can be said.
    return `${self}. Run it as root or in the group shadow.`
  }
}

import { type BigIntStats, closeSync, constants, fstatSync, openSync } from 'node:fs'
import { type FileHandle, open as openFile } from 'node:fs/promises'
import { asWatchedFileError, notAFile, WatchedFileError } from './errors.ts'

export interface RegularFileOptions {
  /** A larger file is refused before anything of it is read. @default 64 MiB */
  readonly maxBytes?: number
  /**
   * Looks at what the system says of the file once it is open, such as its owner and mode; throws for one that is not to be
   * read. Of the open file and not of its path, so nobody can put another in its place in between.
   */
  readonly insist?: (stats: BigIntStats, path: string) => void
  /** Opens files. Tests break it. @default that of node:fs/promises */
  readonly open?: (path: string, flags: number) => Promise<FileHandle>
}

/** All of one version of a file. */
export interface WholeFile {
  readonly path: string
  readonly bytes: Buffer
  /** As they were when it was opened, and still are now that all of it was read. */
  readonly stats: BigIntStats
}

/**
 * Without `O_NONBLOCK`, opening a FIFO waits for somebody to write to it, and four such opens take every thread that Node has
 * for files. A terminal must not become ours by being opened. Windows has neither. Close-on-exec needs no word: libuv opens
 * everything so.
 */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0)

const MAX_BYTES = 64 * 1024 * 1024
/** Small enough that no read of a thread takes long: hashing wants them too. */
const CHUNK_BYTES = 256 * 1024

/** An open regular file. Use {@link openRegularFile}. */
export class RegularFile {
  readonly path: string
  readonly stats: BigIntStats
  readonly #handle: FileHandle

  constructor(path: string, stats: BigIntStats, handle: FileHandle) {
    this.path = path
    this.stats = stats
    this.#handle = handle
  }

  /**
   * All of it; `undefined` when it was written to since it was opened.
   * @throws {WatchedFileError} `UNREADABLE` when the disk fails
   */
  async read(): Promise<WholeFile | undefined> {
    // Not from the pool that small buffers share: these may be secrets.
    const bytes = Buffer.allocUnsafeSlow(Number(this.stats.size))
    try {
      for (let end = 0; end < bytes.length; ) {
        const { bytesRead } = await this.#handle.read(bytes, end, Math.min(CHUNK_BYTES, bytes.length - end), end)
        if (bytesRead === 0) return undefined
        end += bytesRead
      }
      // More than its size says: it grew, or is one of those of /proc that have no size and are no files to watch.
      const { bytesRead } = await this.#handle.read(Buffer.alloc(1), 0, 1, bytes.length)
      const after = await this.#handle.stat({ bigint: true })
      if (bytesRead > 0 || isWritten(this.stats, after)) return undefined
    } catch (error) {
      throw asWatchedFileError(this.path, error)
    }
    return { path: this.path, bytes, stats: this.stats }
  }

  async close(): Promise<void> {
    try {
      await this.#handle.close()
    } catch (error) {
      throw asWatchedFileError(this.path, error)
    }
  }
}

/**
 * Whether the content of an open file may have changed. One that another was renamed over has one link less, and by that a
 * later ctime; it is as whole as it was. Any other change of ctime may hide a write whose mtime was set back.
 */
function isWritten(before: BigIntStats, after: BigIntStats): boolean {
  if (before.size !== after.size || before.mtimeNs !== after.mtimeNs) return true
  return before.ctimeNs !== after.ctimeNs && before.nlink === after.nlink
}

/** @throws {WatchedFileError} `MISSING`, `UNREADABLE`, `NOT_A_FILE`, `TOO_LARGE`; and what `insist` throws */
export async function openRegularFile(path: string, options: RegularFileOptions = {}): Promise<RegularFile> {
  let handle: FileHandle | undefined
  try {
    handle = await (options.open ?? openFile)(path, FLAGS)
    return new RegularFile(path, insistOnFile(path, await handle.stat({ bigint: true }), options), handle)
  } catch (error) {
    // What went wrong first is what is told.
    await handle?.close().catch(() => undefined)
    throw asWatchedFileError(path, error)
  }
}

/**
 * Whether a path could be opened and read, found out before anybody logs in; synchronous for constructors.
 * @throws {WatchedFileError} `MISSING`, `UNREADABLE`, `NOT_A_FILE`, `TOO_LARGE`; and what `insist` throws
 */
export function probeFile(path: string, options: Pick<RegularFileOptions, 'maxBytes' | 'insist'> = {}): void {
  try {
    const descriptor = openSync(path, FLAGS)
    try {
      insistOnFile(path, fstatSync(descriptor, { bigint: true }), options)
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    throw asWatchedFileError(path, error)
  }
}

function insistOnFile(path: string, stats: BigIntStats, { maxBytes = MAX_BYTES, insist }: RegularFileOptions) {
  if (!stats.isFile()) throw notAFile(path)
  insist?.(stats, path)
  if (stats.size > maxBytes) {
    throw new WatchedFileError('TOO_LARGE', path, `${path} has ${stats.size} bytes, which is more than ${maxBytes}`, {
      hint: 'Raise maxBytes, or keep so much in a database.',
    })
  }
  return stats
}

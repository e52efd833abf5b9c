import { type BigIntStats, closeSync, constants, fstatSync, openSync, statSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { UnixError } from './errors.ts'

/** A million accounts. */
export const MAX_FILE_BYTES: number = 64 * 1024 * 1024

/**
 * Opening a pipe, or a device, must not wait for whoever is at its other end. Close-on-exec needs no word: libuv opens
 * everything so.
 */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

const OTHERS_MAY_WRITE = 0o002n

/** One state of one file: equal stamps, equal content. */
export interface Stamp {
  readonly dev: bigint
  readonly ino: bigint
  readonly size: bigint
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
}

export function sameStamp(one: Stamp, other: Stamp): boolean {
  return (
    one.ino === other.ino &&
    one.mtimeNs === other.mtimeNs &&
    one.ctimeNs === other.ctimeNs &&
    one.size === other.size &&
    one.dev === other.dev
  )
}

/**
 * The stamp of what is at a path now. Synchronous: it takes microseconds, and nothing can come between the stamps of two
 * files that are taken one after the other.
 * @throws {UnixError} `UNREADABLE`
 */
export function stampAt(path: string): Stamp {
  try {
    return statSync(path, { bigint: true })
  } catch (error) {
    throw unreadable(path, error)
  }
}

/** An account file, open for reading. */
export interface OpenFile {
  readonly path: string
  readonly handle: FileHandle
  readonly stamp: Stamp
}

/** @throws {UnixError} `UNREADABLE`, `NOT_A_FILE`, `UNSAFE`, `TOO_LARGE` */
export async function openFile(path: string): Promise<OpenFile> {
  let handle: FileHandle
  try {
    handle = await open(path, FLAGS)
  } catch (error) {
    throw unreadable(path, error)
  }
  try {
    return { path, handle, stamp: insistOnFile(path, await handle.stat({ bigint: true })) }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/**
 * Whether a path could be opened and read, found out before anybody logs in.
 * @throws {UnixError} `UNREADABLE`, `NOT_A_FILE`, `UNSAFE`, `TOO_LARGE`
 */
export function probeFile(path: string): void {
  let descriptor: number
  try {
    descriptor = openSync(path, FLAGS)
  } catch (error) {
    throw unreadable(path, error)
  }
  try {
    insistOnFile(path, fstatSync(descriptor, { bigint: true }))
  } finally {
    closeSync(descriptor)
  }
}

/**
 * The whole content, or `undefined` if the file was written to in the meantime.
 * @throws {UnixError} `UNREADABLE` when the disk fails
 */
export async function contentOf({ path, handle, stamp }: OpenFile): Promise<Buffer | undefined> {
  // One byte more than there should be shows growth. Not from the shared pool: these are secrets.
  const buffer = Buffer.alloc(Number(stamp.size) + 1)
  let length = 0
  try {
    for (;;) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length)
      length += bytesRead
      if (bytesRead === 0 || length === buffer.length) break
    }
    const { size, mtimeNs } = await handle.stat({ bigint: true })
    const whole = BigInt(length) === stamp.size && size === stamp.size && mtimeNs === stamp.mtimeNs
    return whole ? buffer.subarray(0, length) : undefined
  } catch (error) {
    throw unreadable(path, error)
  }
}

function insistOnFile(path: string, stats: BigIntStats): Stamp {
  if (!stats.isFile()) throw notAFile(path)
  if ((stats.mode & OTHERS_MAY_WRITE) !== 0n) {
    throw new UnixError('UNSAFE', `everybody may write to ${path}, and so let anybody in`, {
      hint: `Take that right away: chmod o-w ${path}`,
    })
  }
  if (stats.size > BigInt(MAX_FILE_BYTES)) {
    throw new UnixError('TOO_LARGE', `${path} is larger than ${MAX_FILE_BYTES} bytes`, {
      hint: 'Keep this many users in a database: @gatewright/checker-sql.',
    })
  }
  return stats
}

function notAFile(path: string, cause?: unknown): UnixError {
  return new UnixError('NOT_A_FILE', `${path} is not a regular file`, {
    hint: 'The options passwd, shadow and shells are paths of files.',
    ...(cause === undefined ? {} : { cause }),
  })
}

function unreadable(path: string, cause: unknown): UnixError {
  const { code = 'unknown error' } = cause as NodeJS.ErrnoException
  // What open(2) answers for sockets, and for devices that are not there.
  if (code === 'ENXIO') return notAFile(path, cause)
  return new UnixError('UNREADABLE', `cannot read ${path}: ${WHY.get(code) ?? 'the system refused'} (${code})`, {
    cause,
    hint:
      code === 'EACCES' || code === 'EPERM' ? whoMay(path) : 'Without this file nobody can log in; see the options.',
  })
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

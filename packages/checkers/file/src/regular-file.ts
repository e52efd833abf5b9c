import { type BigIntStats, constants } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Disk } from './disk.ts'
import { FileError, systemCode } from './errors.ts'
import { type Stamp, sameStamp, stampOf } from './stamp.ts'

/**
 * Without `O_NONBLOCK`, opening a FIFO waits for somebody to write to it, and four such opens take every thread that Node
 * has for files. A terminal must not become ours by being opened. Windows has neither.
 */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0)

/** Small enough that reading a chunk holds nobody up. */
const CHUNK_BYTES = 256 * 1024

/** Clocks of file systems tick every 10 ms or so: two changes within one tick look like one. */
const TICK_MS = 20

const CHANGES = 5

export interface ReadOptions {
  /** As it was given: errors show it. */
  readonly shown: string
  readonly maxBytes: number
  /** Lets the tick of the last change go by, so that any later change is told from it. */
  readonly settle: boolean
}

/** What is done with the bytes while they come in. */
export interface Reading<T> {
  /** The bytes up to `end` are there. */
  more(end: number): void
  /** All are there; `undefined` is no result. */
  done(stamp: Stamp, stats: BigIntStats): Promise<T>
}

/**
 * Reads a regular file, all of one version of it.
 * @throws {FileError} `MISSING`, `UNREADABLE`, `NOT_A_FILE`, `TOO_LARGE`; and whatever `begin` and its reading throw
 */
export async function readRegular<T>(
  disk: Disk,
  path: string,
  options: ReadOptions,
  begin: (bytes: Buffer) => Reading<T>,
): Promise<T> {
  try {
    for (let change = 0; change < CHANGES; change++) {
      const handle = await disk.open(path, FLAGS)
      try {
        const before = await standing(handle, options)
        const bytes = Buffer.allocUnsafeSlow(Number(before.size))
        const reading = begin(bytes)
        const whole = await fill(handle, bytes, reading)
        const after = await handle.stat({ bigint: true })
        if (whole && sameStamp(before, after)) return await reading.done(stampOf(before), before)
      } finally {
        await handle.close()
      }
    }
  } catch (error) {
    throw unreadable(options.shown, error)
  }
  throw new FileError('UNREADABLE', `${options.shown} kept changing while it was read`, {
    hint: 'Write a new file beside it and rename that over it; gatewright-passwd does.',
  })
}

/** The file as it is when reading begins. */
async function standing(handle: FileHandle, { shown, maxBytes, settle }: ReadOptions): Promise<BigIntStats> {
  const stats = await handle.stat({ bigint: true })
  insistOnFile(stats, shown)
  if (stats.size > maxBytes) {
    throw new FileError('TOO_LARGE', `${shown} has ${stats.size} bytes, which is more than ${maxBytes}`, {
      hint: 'Raise maxBytes, or keep so many users in a database.',
    })
  }
  const age = Date.now() - Number(stats.ctimeNs / 1_000_000n)
  if (!settle || age < 0 || age >= TICK_MS) return stats
  await sleep(TICK_MS - age)
  return handle.stat({ bigint: true })
}

/** Whether exactly these many bytes were there. */
async function fill<T>(handle: FileHandle, bytes: Buffer, reading: Reading<T>): Promise<boolean> {
  let end = 0
  while (end < bytes.length) {
    const { bytesRead } = await handle.read(bytes, end, Math.min(CHUNK_BYTES, bytes.length - end), end)
    if (bytesRead === 0) return false
    end += bytesRead
    reading.more(end)
  }
  return true
}

/** @throws {FileError} `NOT_A_FILE` */
export function insistOnFile(stats: { isFile(): boolean; isDirectory(): boolean }, shown: string): void {
  if (stats.isFile()) return
  const what = stats.isDirectory() ? 'a directory' : 'no regular file'
  throw new FileError('NOT_A_FILE', `${shown} is ${what}`, { hint: 'Give the path of a file with lines of users.' })
}

/** An error of the system, in words. */
export function unreadable(shown: string, error: unknown): unknown {
  if (error instanceof FileError) return error
  const code = systemCode(error)
  // What is no error of the system is a mistake in this program, and stays what it is.
  if (code === undefined || code.startsWith('ERR_')) return error
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new FileError('MISSING', `there is no file ${shown}`, {
      cause: error,
      hint: 'Check the path; relative ones begin at the working directory. gatewright-passwd add --create makes a new one.',
    })
  }
  if (code === 'ENXIO') {
    return new FileError('NOT_A_FILE', `${shown} is no regular file`, {
      cause: error,
      hint: 'Give the path of a file with lines of users.',
    })
  }
  const hint =
    code === 'EACCES' || code === 'EPERM'
      ? 'Let the user that this process runs as read it, such as by chgrp and chmod g+r.'
      : 'The file is there; the system says why it cannot be read.'
  return new FileError('UNREADABLE', `${shown} cannot be read (${code})`, { cause: error, hint })
}

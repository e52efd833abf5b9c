import { statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { asWatchedFileError, WatchedFileError } from './errors.ts'
import { openRegularFile, type RegularFile, type RegularFileOptions, type WholeFile } from './regular-file.ts'
import { type Stamp, sameStamp } from './stamp.ts'

/** Clocks of file systems tick every 10 ms or so: two changes within one tick carry the same stamp. */
const TICK_MS = 20
const TRIES = 10

export interface ReadOptions extends RegularFileOptions {
  /**
   * Waits until the last change is 20 ms old, so that any later change is told from it. Who reads once, and keeps no stamp,
   * need not. @default false
   */
  readonly settle?: boolean
}

/**
 * Reads a regular file: all of one version of it, or nothing.
 * @throws {WatchedFileError} `MISSING`, `UNREADABLE`, `NOT_A_FILE`, `TOO_LARGE`, `CHANGING`; and what `insist` throws
 */
export async function readRegularFile(path: string, options: ReadOptions = {}): Promise<WholeFile> {
  const [file] = await readFiles([path], options)
  return file as WholeFile
}

/**
 * Reads regular files together: what is handed out was true of all of them at one moment.
 * @throws {WatchedFileError} `MISSING`, `UNREADABLE`, `NOT_A_FILE`, `TOO_LARGE`, `CHANGING`; and what `insist` throws
 */
export async function readFiles(paths: readonly string[], options: ReadOptions = {}): Promise<readonly WholeFile[]> {
  for (let tries = 0; tries < TRIES; tries++) {
    const whole = await tryToRead(paths, options)
    if (whole) return whole
  }
  const [path = ''] = paths
  throw new WatchedFileError('CHANGING', path, `${paths.join(' and ')} changed each of ${TRIES} times they were read`, {
    hint: 'Write a new file beside it and rename that over it, instead of writing into it.',
  })
}

async function tryToRead(paths: readonly string[], options: ReadOptions): Promise<readonly WholeFile[] | undefined> {
  const files: RegularFile[] = []
  try {
    for (const path of paths) files.push(await openRegularFile(path, options))
    // Whatever was opened first is still in its place now that the last is open: they belong together.
    if (files.length > 1 && !files.every(({ path, stats }) => sameStamp(stats, stampAt(path)))) return undefined
    if (options.settle === true) await settle(files.map(({ stats }) => stats))
    const whole: WholeFile[] = []
    for (const file of files) {
      const content = await file.read()
      if (!content) return undefined
      whole.push(content)
    }
    return whole
  } finally {
    await Promise.all(files.map((file) => file.close()))
  }
}

/** Waits until the next change of any of them must show in its stamp. */
async function settle(stamps: readonly Stamp[]): Promise<void> {
  const changed = Math.max(...stamps.map(({ ctimeNs }) => Number(ctimeNs / 1_000_000n)))
  const age = Date.now() - changed
  // A stamp from the future is that of a clock that was set back: there is no knowing how long to wait.
  if (age >= 0 && age < TICK_MS) await sleep(TICK_MS - age)
}

/**
 * The stamp of what is at a path now. Synchronous: it takes microseconds, and nothing can come between the stamps of two
 * files that are taken one after the other.
 * @throws {WatchedFileError} `MISSING`, `UNREADABLE`
 */
function stampAt(path: string): Stamp {
  try {
    return statSync(path, { bigint: true })
  } catch (error) {
    throw asWatchedFileError(path, error)
  }
}

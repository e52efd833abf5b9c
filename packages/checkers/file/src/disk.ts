import { link, open, readdir, realpath, rename, stat, unlink } from 'node:fs/promises'
import { systemCode } from './errors.ts'

/** The part of the file system that files of users need. Tests break it, call by call. */
export interface Disk {
  readonly link: typeof link
  readonly open: typeof open
  readonly readdir: (path: string) => Promise<string[]>
  readonly realpath: (path: string) => Promise<string>
  readonly rename: typeof rename
  readonly stat: typeof stat
  readonly unlink: typeof unlink
}

/** The real one. */
export const disk: Disk = { link, open, readdir, realpath, rename, stat, unlink }

/** Removes a file that somebody else may have removed already. */
export async function unlinkIfThere(disk: Disk, path: string): Promise<void> {
  try {
    await disk.unlink(path)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
  }
}

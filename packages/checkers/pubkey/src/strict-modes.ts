import { type Stats, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** The group or others may write to it. */
const FOREIGN_WRITE = 0o022
/** Whoever may write to the directory may still not remove or rename what is another's. */
const STICKY = 0o1000
const ROOT = 0

/**
 * Whether somebody other than the user could have put this file there, which is sshd's StrictModes: the file and every
 * directory above it, up to the home or else to the root, belong to `owners` alone and are written by nobody else.
 *
 * One exception that sshd does not make: above a file that is in no home, a sticky directory of root's (`/tmp`, or what
 * Kubernetes mounts) will do. What is in it is looked at by itself, and cannot be exchanged by others.
 *
 * @param path real: without symbolic links, so that what is looked at is what is read
 * @returns what is wrong, or `undefined`
 */
export function distrust(path: string, owners: ReadonlySet<number>, home: string | undefined): string | undefined {
  const inHome = home !== undefined && path.startsWith(home.endsWith('/') ? home : `${home}/`)
  const file = statSync(path)
  if (!file.isFile()) return `${path} is not a regular file`
  if (isForeign(file, owners)) return `${path} belongs to another user, or others may write to it`
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    const stats = statSync(directory)
    const isShared = !inHome && stats.uid === ROOT && (stats.mode & STICKY) !== 0
    if (!isShared && isForeign(stats, owners)) return `${directory} belongs to another user, or others may write to it`
    if ((inHome && directory === home) || directory === dirname(directory)) return undefined
  }
}

function isForeign({ uid, mode }: Stats, owners: ReadonlySet<number>): boolean {
  return !owners.has(uid) || (mode & FOREIGN_WRITE) !== 0
}

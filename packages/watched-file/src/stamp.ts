import type { BigIntStats } from 'node:fs'

/** What changes when a file changes: in place, by a rename over it, or by a symbolic link that points elsewhere. */
export interface Stamp {
  readonly dev: bigint
  readonly ino: bigint
  readonly size: bigint
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
}

/** Compared for difference: a file that was restored from a backup is older than the one it replaces. */
export function sameStamp(a: Stamp, b: Stamp): boolean {
  return a.ctimeNs === b.ctimeNs && a.mtimeNs === b.mtimeNs && a.size === b.size && a.ino === b.ino && a.dev === b.dev
}

/** Only what is compared, so that the rest can go. */
export function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): Stamp {
  return { dev, ino, size, mtimeNs, ctimeNs }
}

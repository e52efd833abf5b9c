/** Everybody's password. */
export const SECRET = 'sesame'
/** `{SHA}` of it: cheap, so that it is the file that is tested. */
const STORED = '{SHA}CEo1Ae3vaEXy8eQZjsOiuBz1xrw='

/** A file may be this many versions ahead of what whoever reads it was told. */
export const AHEAD = 1
const STAYERS = 50

/** Somebody who is in every version. */
export const stayer = (n: number): string => `stays${n % STAYERS}`

/** Somebody who comes with one version, and leaves when it cannot be the newest any more. */
export const guest = (version: number): string => `guest${String(version).padStart(6, '0')}`

/** The file of one version. All are of one size, and of one time: nothing but inode and ctime tells them apart. */
export function fileOf(version: number): string {
  const guests = Array.from({ length: AHEAD + 1 }, (_, n) => guest(Math.max(version - n, 0)))
  const names = [...new Set([...Array.from({ length: STAYERS }, (_, n) => stayer(n)), ...guests])]
  return names.map((name) => `${name}:${STORED}\n`).join('')
}

import { existsSync } from 'node:fs'

/** Where a program is missing its tests are skipped; CI does not skip. */
function has(path: string): boolean {
  const isThere = existsSync(path)
  if (!isThere && process.env.CI === 'true')
    throw new Error(`the tests need ${path} (Debian: openssh-client, openssh-server)`)
  return isThere
}

export const hasSshKeygen: boolean = has('/usr/bin/ssh-keygen')
export const hasSshd: boolean = has('/usr/sbin/sshd') && has('/usr/bin/ssh')
export const isRoot: boolean = process.geteuid?.() === 0

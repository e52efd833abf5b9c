import { spawnSync } from 'node:child_process'

/** Where a program is missing its tests are skipped; CI does not skip. */
function has(program: string, ...args: readonly string[]): boolean {
  const isThere = spawnSync(program, args, { stdio: 'ignore' }).error === undefined
  if (!isThere && process.env.CI === 'true') throw new Error(`the tests need ${program} (Debian: openssh-client)`)
  return isThere
}

export const hasSshKeygen: boolean = has('ssh-keygen', '-?')

import { spawnSync } from 'node:child_process'

/** Whether a program of OpenSSH is here. In CI its absence is a failure, because a skipped test proves nothing. */
export function present(program: 'ssh' | 'ssh-keygen'): boolean {
  if (spawnSync('which', [program]).status === 0) return true
  const hint = 'apt-get install openssh-client'
  if (process.env.CI) throw new Error(`${program} missing: ${hint}`)
  console.warn(`skipped without ${program}: ${hint}`)
  return false
}

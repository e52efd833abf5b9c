import { spawnSync } from 'node:child_process'

/** Where Debian has the programs that these tests are played with. */
const PACKAGES: Readonly<Record<string, string>> = {
  dbclient: 'dropbear-bin',
  dropbearconvert: 'dropbear-bin',
  expect: 'expect',
  plink: 'putty-tools',
  puttygen: 'putty-tools',
  scp: 'openssh-client',
  sftp: 'openssh-client',
  ssh: 'openssh-client',
  'ssh-agent': 'openssh-client',
  'ssh-keygen': 'openssh-client',
}

/** Whether these programs are here. In CI their absence is a failure, because a skipped test proves nothing. */
export function present(...programs: readonly string[]): boolean {
  const missing = programs.filter((program) => spawnSync('which', [program]).status !== 0)
  if (missing.length === 0) return true
  const hint = `apt-get install ${[...new Set(missing.map((program) => PACKAGES[program]))].join(' ')}`
  if (process.env.CI) throw new Error(`${missing.join(', ')} missing: ${hint}`)
  console.warn(`skipped without ${missing.join(', ')}: ${hint}`)
  return false
}

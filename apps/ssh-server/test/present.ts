import { spawnSync } from 'node:child_process'

/** Where Debian has the programs that these tests are played with. */
const PACKAGES: Readonly<Record<string, string>> = {
  '/usr/sbin/sshd': 'openssh-server',
  dbclient: 'dropbear-bin',
  dropbearconvert: 'dropbear-bin',
  expect: 'expect',
  plink: 'putty-tools',
  psftp: 'putty-tools',
  puttygen: 'putty-tools',
  scp: 'openssh-client',
  sftp: 'openssh-client',
  ssh: 'openssh-client',
  'ssh-add': 'openssh-client',
  'ssh-agent': 'openssh-client',
  'ssh-keygen': 'openssh-client',
}

/** Whether these programs are here. In CI their absence is a failure, because a skipped test proves nothing. */
export function present(...programs: readonly string[]): boolean {
  const missing = programs.filter((program) => spawnSync('which', [program]).status !== 0)
  return missing.length === 0 || absent(missing, [...new Set(missing.map((program) => PACKAGES[program] ?? program))])
}

/** The same of a module of the Python that Debian has. */
export function presentInPython(module: 'paramiko'): boolean {
  return (
    spawnSync('/usr/bin/python3', ['-c', `import ${module}`]).status === 0 || absent([module], [`python3-${module}`])
  )
}

function absent(missing: readonly string[], packages: readonly string[]): false {
  const hint = `apt-get install ${packages.join(' ')}`
  if (process.env.CI) throw new Error(`${missing.join(', ')} missing: ${hint}`)
  console.warn(`skipped without ${missing.join(', ')}: ${hint}`)
  return false
}

import { spawnSync } from 'node:child_process'

/** Programs, and the Debian packages that they come with. */
const PACKAGES: Readonly<Record<string, string>> = {
  curl: 'curl',
  wget: 'wget',
  '/usr/bin/python3': 'python3-requests',
  http: 'httpie',
  chromium: 'chromium',
  'firefox-esr': 'firefox-esr',
  openssl: 'openssl',
}

/** Whether these programs are here. In CI their absence is a failure, because a client that is skipped proves nothing. */
export function present(...programs: readonly string[]): boolean {
  const missing = programs.filter((program) => spawnSync('which', [program]).status !== 0)
  if (missing.length === 0) return true
  const hint = `apt-get install ${missing.map((program) => PACKAGES[program]).join(' ')}`
  if (process.env.CI) throw new Error(`${missing.join(', ')} missing: ${hint}`)
  console.warn(`skipped without ${missing.join(', ')}: ${hint}`)
  return false
}

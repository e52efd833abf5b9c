/** Run as a program: what the plug-in says to a process that may not read shadow(5). */
import { create } from '../src/plugin.ts'

// Everything is imported by now: the sources themselves may be where only root can read them.
if (process.getuid?.() === 0) {
  process.setgroups?.([])
  process.setgid?.(65534)
  process.setuid?.(65534)
}
try {
  create('')
  console.log('{}')
} catch (error) {
  const { name, code, message, hint } = error as Error & { code?: string; hint?: string }
  console.log(JSON.stringify({ name, code, message, hint }))
  process.exitCode = 1
}

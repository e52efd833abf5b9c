import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Attempt } from '@gatewright/portal'
import { onTestFinished } from 'vitest'

export { stored } from './stored.ts'

export const attempt: Attempt = { protocol: 'test', signal: new AbortController().signal, proofs: [] }

/** What `hash('sesame')` makes, by a salt of our own. */
export const SESAME =
  '$argon2id$v=19$m=19456,t=2,p=1$Z2F0ZXdyaWdodC1zYWx0cw$CL5Gmr9NvHw3i5gPF8Sikp1jfYmPDJwAARA94WKjebQ'

/** A directory that is gone when the test is over. */
export function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'gatewright-file-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** A file with this in it. */
export function scratchFile(content: string | Uint8Array, name = 'users.txt'): string {
  const path = join(scratchDirectory(), name)
  writeFileSync(path, content)
  return path
}

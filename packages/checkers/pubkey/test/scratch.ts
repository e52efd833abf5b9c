import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { Account } from '../src/index.ts'

/** A directory for one file of tests, with homes in it. */
export function scratch(): {
  readonly directory: string
  /** Makes a home with `.ssh/authorized_keys` of this text. */
  readonly home: (name: string, text?: string) => Account & { readonly file: string }
} {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'gatewright-pubkey-')))
  afterAll(() => rmSync(directory, { recursive: true, force: true }))
  return {
    directory,
    home(name, text) {
      const home = join(directory, 'home', name)
      mkdirSync(join(home, '.ssh'), { recursive: true, mode: 0o700 })
      const file = join(home, '.ssh', 'authorized_keys')
      if (text !== undefined) writeFileSync(file, text, { mode: 0o600 })
      return { uid: process.geteuid?.() ?? 0, home, file }
    },
  }
}

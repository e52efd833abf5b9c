import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { WatchedFileError } from '../src/index.ts'

/** A directory that is gone when the test is over. */
export function scratch(): (name: string) => string {
  const directory = mkdtempSync(join(tmpdir(), 'gatewright-watched-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return (name) => join(directory, name)
}

/** Puts a new file in the place of an old one, as careful writers do. */
export function replace(path: string, content: string): void {
  writeFileSync(`${path}+`, content)
  renameSync(`${path}+`, path)
}

/** The fault of a promise or a function, which has to have one. */
export async function faultOf(work: () => unknown): Promise<WatchedFileError> {
  try {
    await work()
  } catch (error) {
    return error as WatchedFileError
  }
  throw new Error('there was no fault')
}

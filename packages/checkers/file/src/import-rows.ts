import { hashingBudget } from '@gatewright/passwords'
import { insistOnStorable } from './edit.ts'
import { FileError } from './errors.ts'
import type { Layout } from './layout.ts'

/** One user to import: with a password, to be hashed, or with a string that is stored as it is. */
export type ImportRow =
  | { readonly name: string; readonly password: string }
  | { readonly name: string; readonly stored: string }

export interface ImportOptions {
  /** Called after each row, with how many are done. */
  readonly onProgress?: (done: number) => void
  /** Ends it; the file stays as it is. */
  readonly signal?: AbortSignal
}

/** What an import did. */
export interface ImportReport {
  readonly added: number
  /** Users that were there before, now with the imported password. */
  readonly changed: number
}

interface ImportedUser {
  readonly name: string
  readonly stored: string
}

/**
 * Hashes what is to be hashed, as many at a time as there are threads for it.
 * @returns the users, by the form in which their names are compared
 * @throws {FileError} `UNSTORABLE`, naming the row
 */
export async function importRows(
  rows: Iterable<ImportRow> | AsyncIterable<ImportRow>,
  { onProgress, signal }: ImportOptions,
  layout: Layout,
  store: (password: string | { readonly stored: string }) => Promise<string>,
): Promise<ReadonlyMap<string, ImportedUser>> {
  const users = new Map<string, ImportedUser>()
  const busy = new Set<Promise<void>>()
  let row = 0
  let done = 0

  async function take(number: number, given: ImportRow): Promise<void> {
    try {
      const { name } = given
      insistOnStorable(layout, name, 'stored' in given ? given.stored : undefined)
      const key = layout.key(name) ?? name
      // Its place is taken at once, so that of two rows the later one counts, whichever is hashed first.
      users.delete(key)
      const placeholder = { name, stored: '' }
      users.set(key, placeholder)
      const stored = 'stored' in given ? given.stored : await store(given.password)
      insistOnStorable(layout, undefined, stored)
      if (users.get(key) === placeholder) users.set(key, { name, stored })
    } catch (error) {
      throw rowError(number, error)
    }
    onProgress?.(++done)
  }

  try {
    for await (const given of rows) {
      signal?.throwIfAborted()
      const task = take(++row, given)
      if ('stored' in given) {
        await task
        continue
      }
      const settled = task.finally(() => busy.delete(settled))
      busy.add(settled)
      if (busy.size >= hashingBudget.limits.threads) await Promise.race(busy)
    }
    await Promise.all(busy)
  } finally {
    // Whoever fails first is heard; the others have still to end.
    await Promise.allSettled(busy)
  }
  return users
}

function rowError(row: number, error: unknown): unknown {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  if (!(error instanceof Error) || (code !== 'UNSTORABLE' && code !== 'BAD_PASSWORD')) return error
  const hint: unknown = Reflect.get(error, 'hint')
  return new FileError('UNSTORABLE', `row ${row}: ${error.message}`, {
    cause: error,
    ...(typeof hint === 'string' ? { hint } : {}),
  })
}

import type { ImportRow } from '@gatewright/checker-file'
import { openSqlPasswords, type StoredPassword } from '@gatewright/checker-sql'
import { type HashOptions, hash as hashed, hashingBudget, PasswordsError } from '@gatewright/passwords'
import type { Target } from './target.ts'

/**
 * The table that a URL names, for editing.
 * @throws {PortalError} `BAD_CONFIGURATION`
 * @throws {SqlError} as `openSqlPasswords` does
 */
export async function openSqlTarget(url: string, cwd: string, hash: HashOptions): Promise<Target> {
  const users = await openSqlPasswords(url, { cwd })
  return {
    async set(name, password): Promise<boolean> {
      const stored = typeof password === 'string' ? await hashed(password, hash) : password.stored
      return (await users.set(name, stored)) === 'added'
    },
    remove: (name) => users.remove(name),
    verify: (name, password) => users.verify(name, password),
    async list(): Promise<readonly string[]> {
      const names: string[] = []
      for await (const name of users.list()) names.push(name)
      return names
    },
    // Hashed before the transaction begins, which then is short.
    async import(rows, { signal, onProgress } = {}) {
      const stored = await storeAll(rows, hash, signal, onProgress)
      return await users.setAll(stored, signal === undefined ? {} : { signal })
    },
    close: () => users.close(),
  }
}

/** In the order of the rows, as many at a time as there are threads for hashing. */
async function storeAll(
  rows: Iterable<ImportRow> | AsyncIterable<ImportRow>,
  options: HashOptions,
  signal: AbortSignal | undefined,
  onProgress: ((done: number) => void) | undefined,
): Promise<readonly StoredPassword[]> {
  const all: Promise<StoredPassword>[] = []
  const busy = new Set<Promise<unknown>>()
  let done = 0
  const take = async (row: ImportRow, number: number): Promise<StoredPassword> => {
    try {
      const stored = 'stored' in row ? row.stored : await hashed(row.password, options)
      onProgress?.(++done)
      return { name: row.name, stored }
    } catch (error) {
      if (!(error instanceof PasswordsError)) throw error
      const { code, message, hint } = error
      throw new PasswordsError(code, `row ${number}: ${message}`, hint === undefined ? {} : { hint })
    }
  }
  try {
    for await (const row of rows) {
      signal?.throwIfAborted()
      const task = take(row, all.length + 1)
      all.push(task)
      const settled = task.finally(() => busy.delete(settled))
      busy.add(settled)
      if (busy.size >= hashingBudget.limits.threads) await Promise.race(busy)
    }
    return await Promise.all(all)
  } finally {
    // Whoever fails first is heard; the others have still to end.
    await Promise.allSettled([...all, ...busy])
  }
}

import { GatehouseError } from '../errors.ts'

/** SQLite's primary result codes (sqlite3.h), where there is more to say than the code itself says. */
const KNOWN: ReadonlyMap<number, readonly [problem: string, hint: string]> = new Map([
  [8, ['it may not be written', 'Check who owns the directory and the files in it.']],
  [10, ['the disk failed to read or write it', 'Look at the disk; if the file is damaged, restore a backup.']],
  [11, ['it is damaged', 'Restore a backup, or move the file away and begin anew.']],
  [13, ['the disk is full', 'Make room, and try again.']],
  [14, ['it cannot be opened', 'Check who owns the directory and the files in it.']],
  [26, ['it is no SQLite database', 'Move the file away, or choose another directory by --data.']],
])
const BUSY = [5, 6]

/** What SQLite threw, as a fault of the house; anything else as it is. */
export function databaseError(error: unknown, path: string): unknown {
  const result: unknown = error instanceof Error ? Reflect.get(error, 'errcode') : undefined
  if (!(error instanceof Error) || typeof result !== 'number') return error
  // The lower byte is the primary code; the rest tells more of it than anybody can act on.
  const primary = result & 0xff
  if (BUSY.includes(primary)) {
    return new GatehouseError('DATABASE_BUSY', `${path}: another process keeps it locked`, {
      cause: error,
      hint: 'Wait until it is done, and try again.',
    })
  }
  const [problem, hint] = KNOWN.get(primary) ?? [error.message, 'If this lasts, restore a backup.']
  return new GatehouseError('BAD_DATABASE', `${path}: ${problem}`, { cause: error, hint })
}

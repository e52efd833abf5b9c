import { SqlError } from './errors.ts'

/** Why a database refused a statement, where that says more than "no". */
export type Refusal = 'no-table' | 'duplicate' | 'needs-value' | 'conflict' | 'aborted' | 'read-only'

const CODES: ReadonlyMap<string, Refusal> = new Map([
  // PostgreSQL, appendix A: SQLSTATE
  ['42P01', 'no-table'],
  ['3F000', 'no-table'],
  ['23505', 'duplicate'],
  ['23502', 'needs-value'],
  ['40001', 'conflict'],
  ['40P01', 'conflict'],
  ['25P02', 'aborted'],
  // MySQL and MariaDB
  ['ER_NO_SUCH_TABLE', 'no-table'],
  ['ER_DUP_ENTRY', 'duplicate'],
  ['ER_NO_DEFAULT_FOR_FIELD', 'needs-value'],
  ['ER_BAD_NULL_ERROR', 'needs-value'],
  ['ER_LOCK_DEADLOCK', 'conflict'],
  ['ER_CHECKREAD', 'conflict'],
])

/** SQLite, extended result codes. */
const SQLITE: ReadonlyMap<unknown, Refusal> = new Map<unknown, Refusal>([
  [8, 'read-only'],
  [1299, 'needs-value'],
  [1555, 'duplicate'],
  [2067, 'duplicate'],
])

/** @returns `undefined` for whatever is no refusal, or one that is not known here */
export function refusalOf(error: unknown): Refusal | undefined {
  const cause = error instanceof SqlError && error.code === 'UNAVAILABLE' ? error.cause : undefined
  if (!(cause instanceof Error)) return undefined
  const code: unknown = Reflect.get(cause, 'code')
  if (code === 'ERR_SQLITE_ERROR') {
    // This one shares its number with every other mistake in a statement.
    if (cause.message.startsWith('no such table: ')) return 'no-table'
    return SQLITE.get(Reflect.get(cause, 'errcode'))
  }
  return typeof code === 'string' ? CODES.get(code) : undefined
}

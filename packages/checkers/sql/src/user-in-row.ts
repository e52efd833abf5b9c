import type { Ha1, StoredUser } from '@gatewright/passwords'
import { SqlError } from './errors.ts'
import type { SqlColumns } from './sql-users-options.ts'
import type { Statements } from './statements.ts'

type Row = Readonly<Record<string, unknown>>

/** The longest `plain('...')` there is has 1,387; whatever is longer is no password, and has no business in memory. */
const MAX_STORED = 4_096
const HEX = /^[0-9a-f]+$/i

/**
 * The user that a row is, if it is the one who was asked for. A database compares by its collation, which may take `AL'ICE`
 * for `al'ice`, or `ada ` for `ada`; so what is stored decides, letter by letter, and the id is taken from the row.
 *
 * NULL and '' say that nothing is stored, which is a fact about this user and ends in a denial. Everything else that is not
 * the right kind of value is a mistake in the table or in the query, and a fault.
 *
 * @param isHim whether a stored name is the one that was asked for
 * @throws {SqlError} `BAD_ROW`
 */
export function userInRow(
  row: Row,
  columns: Statements['columns'],
  isHim: (stored: string) => boolean,
): StoredUser | undefined {
  const username = valueIn(row, columns.username)
  if (typeof username !== 'string') throw badRow(columns.username, 'no text', 'CAST it to text if it is a number.')
  if (!isHim(username)) return undefined
  const id = columns.id === undefined ? username : idIn(row, columns.id)
  const password = columns.password === undefined ? undefined : storedIn(row, columns.password)
  const blocked = columns.blocked === undefined ? undefined : blockedIn(row, columns.blocked)
  const ha1 = columns.ha1?.flatMap((one) => ha1In(row, one) ?? [])
  return {
    id,
    ...(password === undefined ? {} : { password }),
    ...(blocked === undefined ? {} : { blocked }),
    ...(ha1 === undefined ? {} : { ha1 }),
  }
}

/**
 * A stored password, `undefined` where there is none.
 * @throws {SqlError} `BAD_ROW`
 */
export function storedIn(row: Row, column: string): string | undefined {
  const value = valueIn(row, column)
  if (value === null || value === '') return undefined
  if (typeof value !== 'string') throw badRow(column, 'no text', 'Store hashes in a text column, not a binary one.')
  if (value.length > MAX_STORED) throw badRow(column, `longer than ${MAX_STORED} characters`)
  return value
}

/** Only what the row itself has: a missing `constructor` column is missing. */
function valueIn(row: Row, column: string): unknown {
  const value = Object.hasOwn(row, column) ? row[column] : undefined
  if (value === undefined) throw badRow(column, 'missing', 'The query must select it under exactly this name.')
  return value
}

/**
 * Drivers differ: what is a bigint to one is a number to the second and a text to the third. One canonical decimal for all
 * of them, so that changing the driver changes nobody's id.
 */
function idIn(row: Row, column: string): string {
  const value = valueIn(row, column)
  if (typeof value === 'string' && value !== '') return value
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return BigInt(value as bigint | number).toString()
  throw badRow(column, 'neither text nor a whole number', 'A number past 2^53 needs a driver that hands it out whole.')
}

const BLOCKED: ReadonlyMap<unknown, StoredUser['blocked']> = new Map<unknown, StoredUser['blocked']>([
  [null, undefined],
  [false, undefined],
  [0, undefined],
  [0n, undefined],
  [true, 'disabled'],
  [1, 'disabled'],
  [1n, 'disabled'],
  ['locked', 'locked'],
  ['expired', 'expired'],
  ['disabled', 'disabled'],
  ['must-change', 'must-change'],
])

function blockedIn(row: Row, column: string): StoredUser['blocked'] {
  const value = valueIn(row, column)
  if (BLOCKED.has(value)) return BLOCKED.get(value)
  throw badRow(
    column,
    'no known reason',
    'NULL, false, 0: not blocked; true, 1: disabled; else locked, expired, disabled or must-change.',
  )
}

function ha1In(row: Row, { realm, algorithm, column }: NonNullable<SqlColumns['ha1']>[number]): Ha1 | undefined {
  const hash = storedIn(row, column)
  if (hash === undefined) return undefined
  const digits = algorithm === 'MD5' ? 32 : 64
  if (hash.length !== digits || !HEX.test(hash)) throw badRow(column, `not ${digits} hexadecimal digits`)
  return { realm, algorithm, hash }
}

function badRow(column: string, problem: string, hint?: string): SqlError {
  return new SqlError('BAD_ROW', `column '${column}' of a row is ${problem}`, hint === undefined ? {} : { hint })
}

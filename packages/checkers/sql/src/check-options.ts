import { type ErrorDetails, PortalError } from '@gatewright/portal'
import type { SqlExecutor } from './sql-executor.ts'
import type { SqlColumns, SqlUsersOptions } from './sql-users-options.ts'
import { ownStatements, type Statements, tableStatements } from './statements.ts'

/** The options, checked and copied. */
export interface Plan {
  readonly database: SqlExecutor
  readonly name: string
  readonly accepts: readonly ('password' | 'digest')[]
  readonly statements: Statements
  readonly caseFold: boolean
  readonly deadlineMs: number
}

const OPTIONS: Record<keyof SqlUsersOptions, true> = {
  database: true,
  name: true,
  table: true,
  query: true,
  update: true,
  sampleQuery: true,
  columns: true,
  caseFold: true,
  deadlineMs: true,
}
const COLUMNS: Record<keyof SqlColumns, true> = { username: true, password: true, id: true, blocked: true, ha1: true }
const ALGORITHMS: ReadonlySet<unknown> = new Set(['MD5', 'SHA-256', 'SHA-512-256'])

/** setTimeout fires at once past this. */
const MAX_TIMER_MS = 2 ** 31 - 1

const bad = (problem: string, hint?: string) => {
  const details: ErrorDetails = hint === undefined ? {} : { hint }
  return new PortalError('BAD_CONFIGURATION', problem, details)
}

/** @throws {PortalError} `BAD_CONFIGURATION`; names the option, and repeats no value */
export function checkOptions(options: SqlUsersOptions): Plan {
  if (!isRecord(options)) throw bad('sqlUsers needs options', 'At least { database, table }.')
  onlyKnown(options, OPTIONS, 'sqlUsers has no option')
  const { database, name = 'sql', table, query, caseFold = false, deadlineMs = 1_500 } = options
  const placeholder = checkDatabase(database)
  if (typeof name !== 'string' || name === '') throw bad('name is a non-empty string')
  if (typeof caseFold !== 'boolean') throw bad('caseFold is true or false')
  if (!Number.isSafeInteger(deadlineMs) || deadlineMs < 1 || deadlineMs > MAX_TIMER_MS) {
    throw bad(`deadlineMs is a whole number from 1 to ${MAX_TIMER_MS}`)
  }
  if ((table === undefined) === (query === undefined)) {
    throw bad(
      'sqlUsers takes either a table or a query',
      'Write a query when a table and its columns do not say it all.',
    )
  }
  const columns = checkColumns(options.columns ?? {})
  const statements = (table === undefined ? ownStatements : tableStatements)(options, columns, placeholder)
  if (columns.password === undefined && (statements.update !== undefined || statements.sample !== undefined)) {
    throw bad('update and sampleQuery need columns.password')
  }
  return {
    database,
    name,
    accepts: [
      ...(columns.password === undefined ? [] : (['password'] as const)),
      ...(columns.ha1 === undefined ? [] : (['digest'] as const)),
    ],
    statements,
    caseFold,
    deadlineMs,
  }
}

function checkDatabase(database: unknown): SqlExecutor['placeholder'] {
  const { query, placeholder } = isRecord(database) ? database : {}
  if (typeof query !== 'function' || (placeholder !== 'question' && placeholder !== 'dollar')) {
    throw bad(
      'database is no executor',
      "Use fromPg(pool), fromMysql2(pool), fromSqlite(db), or an object { placeholder: 'question' | 'dollar', query }.",
    )
  }
  return placeholder
}

function checkColumns(columns: unknown): Statements['columns'] {
  if (!isRecord(columns)) throw bad('columns is a record of column names')
  onlyKnown(columns, COLUMNS, 'columns has no')
  const column = (what: keyof SqlColumns, otherwise?: string) => {
    const name = columns[what] ?? otherwise
    if (name === undefined || (typeof name === 'string' && name !== '')) return name
    throw bad(`columns.${what} is the name of a column`)
  }
  const ha1 = columns.ha1 === undefined ? undefined : checkHa1(columns.ha1)
  const password = column('password', ha1 === undefined ? 'password' : undefined)
  const id = column('id')
  const blocked = column('blocked')
  return {
    username: column('username', 'username') ?? 'username',
    ...(password === undefined ? {} : { password }),
    ...(id === undefined ? {} : { id }),
    ...(blocked === undefined ? {} : { blocked }),
    ...(ha1 === undefined ? {} : { ha1 }),
  }
}

function checkHa1(list: unknown): NonNullable<SqlColumns['ha1']> {
  if (!Array.isArray(list) || list.length === 0) throw bad('columns.ha1 is a list of { realm, algorithm, column }')
  return list.map((one: unknown, i) => {
    const { realm, algorithm, column, ...others } = isRecord(one) ? one : {}
    if (
      typeof realm !== 'string' ||
      realm === '' ||
      !isAlgorithm(algorithm) ||
      typeof column !== 'string' ||
      column === ''
    ) {
      throw bad(
        `columns.ha1[${i}] is not { realm, algorithm, column }`,
        `Algorithms are ${[...ALGORITHMS].join(', ')}.`,
      )
    }
    onlyKnown(others, {}, `columns.ha1[${i}] has no`)
    return { realm, algorithm, column }
  })
}

function isAlgorithm(value: unknown): value is NonNullable<SqlColumns['ha1']>[number]['algorithm'] {
  return ALGORITHMS.has(value)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function onlyKnown(given: object, known: object, says: string): void {
  const unknown = Object.keys(given).filter((key) => !Object.hasOwn(known, key))
  if (unknown.length > 0) throw bad(`${says} '${unknown.join("', '")}'`, `There are ${Object.keys(known).join(', ')}.`)
}

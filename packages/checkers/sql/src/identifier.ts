import { PortalError } from '@gatewright/portal'
import type { SqlExecutor } from './sql-executor.ts'

/** PostgreSQL cuts longer names, which would then be others. */
const NAME = /^[A-Za-z_][A-Za-z0-9_$]{0,62}$/

/**
 * The name of a column, quoted. Backticks where `?` is the placeholder: MySQL understands them in every mode, and SQLite,
 * which takes a misspelt name in double quotes for a text, does not do so here.
 *
 * @throws {PortalError} `BAD_CONFIGURATION`
 */
export function quoteName(name: unknown, what: string, placeholder: SqlExecutor['placeholder']): string {
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw new PortalError('BAD_CONFIGURATION', `${what} is not a plain name`, {
      hint: 'Letters, digits, _ and $, at most 63; for any other name write a query of your own.',
    })
  }
  return placeholder === 'dollar' ? `"${name}"` : `\`${name}\``
}

/**
 * The name of a table, or `schema.table`, quoted.
 * @throws {PortalError} `BAD_CONFIGURATION`
 */
export function quoteTable(table: unknown, placeholder: SqlExecutor['placeholder']): string {
  const parts = typeof table === 'string' ? table.split('.') : [table]
  if (parts.length > 2) {
    throw new PortalError('BAD_CONFIGURATION', 'table has more than two parts', {
      hint: 'Write table or schema.table.',
    })
  }
  return parts.map((part) => quoteName(part, 'table', placeholder)).join('.')
}

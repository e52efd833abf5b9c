import { PortalError } from '@gatewright/portal'
import { quoteName, quoteTable } from './identifier.ts'
import type { SqlExecutor } from './sql-executor.ts'
import type { SqlColumns, SqlUsersOptions } from './sql-users-options.ts'

/** Everything that a source ever says to its database, settled before anybody logs in. */
export interface Statements {
  /** One parameter, the name. */
  readonly find: string
  /** Three parameters: the next password, the id, the previous password. */
  readonly update?: string
  /** One parameter, the id: what `update` left in the column. */
  readonly reread?: string
  /** No parameter. */
  readonly sample?: string
  /** Under which names the values stand in a row. */
  readonly columns: SqlColumns & { readonly username: string }
}

type Placeholder = SqlExecutor['placeholder']

/** Statements for a table: made of quoted names and placeholders, and of nothing else. */
export function tableStatements(
  { table, update, sampleQuery, caseFold }: SqlUsersOptions,
  columns: Statements['columns'],
  placeholder: Placeholder,
): Statements {
  const from = quoteTable(table, placeholder)
  const column = (name: string, what: string) => quoteName(name, `columns.${what}`, placeholder)
  const param = (number: number) => (placeholder === 'dollar' ? `$${number}` : '?')
  /** Byte by byte: most collations of MySQL take two hashes for one if they differ in letter case only. */
  const same = (name: string, number: number) =>
    placeholder === 'dollar'
      ? `CAST(${name} AS text) COLLATE "C" = ${param(number)}`
      : `HEX(${name}) = HEX(${param(number)})`

  const username = column(columns.username, 'username')
  const id = columns.id === undefined ? username : column(columns.id, 'id')
  const password = columns.password === undefined ? undefined : column(columns.password, 'password')
  const blocked = columns.blocked === undefined ? undefined : column(columns.blocked, 'blocked')
  const ha1 = columns.ha1?.map(
    (one, i) => [column(one.column, `ha1[${i}].column`), { ...one, column: `ha1_${i}` }] as const,
  )

  const selected: (readonly [column: string, as: string])[] = [[username, 'username']]
  if (columns.id !== undefined) selected.push([id, 'id'])
  if (password !== undefined) selected.push([password, 'password'])
  if (blocked !== undefined) selected.push([blocked, 'blocked'])
  for (const [name, { column: as }] of ha1 ?? []) selected.push([name, as])
  const list = selected.map(([name, as]) => `${name} AS ${quoteName(as, as, placeholder)}`).join(', ')
  const asPassword = `${password} AS ${quoteName('password', 'password', placeholder)}`

  return {
    // Two, because a second row is a fault, and no more, because a third adds nothing.
    find: `SELECT ${list} FROM ${from} WHERE ${caseFold === true ? `LOWER(${username})` : username} = ${param(1)} LIMIT 2`,
    ...(password === undefined
      ? {}
      : {
          ...(update === false
            ? {}
            : {
                update:
                  update === undefined
                    ? `UPDATE ${from} SET ${password} = ${param(1)} WHERE ${id} = ${param(2)} AND ${same(password, 3)}`
                    : ownStatement(update, 'update', 3, placeholder),
                reread: `SELECT ${asPassword} FROM ${from} WHERE ${id} = ${param(1)} LIMIT 2`,
              }),
          sample:
            sampleQuery === undefined
              ? `SELECT ${asPassword} FROM ${from} WHERE ${password} IS NOT NULL AND ${password} <> '' LIMIT 1`
              : ownStatement(sampleQuery, 'sampleQuery', 0, placeholder),
        }),
    columns: {
      username: 'username',
      ...(columns.id === undefined ? {} : { id: 'id' }),
      ...(password === undefined ? {} : { password: 'password' }),
      ...(blocked === undefined ? {} : { blocked: 'blocked' }),
      ...(ha1 === undefined ? {} : { ha1: ha1.map(([, one]) => one) }),
    },
  }
}

/** The statements of somebody who knows better. */
export function ownStatements(
  { query, update, sampleQuery }: SqlUsersOptions,
  columns: Statements['columns'],
  placeholder: Placeholder,
): Statements {
  return {
    find: ownStatement(query, 'query', 1, placeholder),
    ...(update === undefined || update === false ? {} : { update: ownStatement(update, 'update', 3, placeholder) }),
    ...(sampleQuery === undefined ? {} : { sample: ownStatement(sampleQuery, 'sampleQuery', 0, placeholder) }),
    columns,
  }
}

/** Without its placeholder a query finds the same user for every name. */
function ownStatement(text: unknown, what: string, params: number, placeholder: Placeholder): string {
  const written = typeof text === 'string' ? placeholdersIn(text, placeholder) : []
  const wanted = Array.from({ length: params }, (_, i) => (placeholder === 'dollar' ? `$${i + 1}` : '?'))
  const marks = placeholder === 'dollar' ? [...new Set(written)].sort() : written
  if (typeof text === 'string' && text.trim() !== '' && marks.join() === wanted.join()) return text
  const needs = params === 0 ? 'no parameter' : `the parameter${params === 1 ? '' : 's'} ${wanted.join(', ')}`
  throw new PortalError('BAD_CONFIGURATION', `${what} is a statement with ${needs} and no other`, {
    hint:
      what === 'update'
        ? 'UPDATE ... SET password = next WHERE id = id AND password = previous, in this order.'
        : `No other ${placeholder === 'dollar' ? '$' : '?'} may stand in it, in texts and comments either.`,
  })
}

function placeholdersIn(text: string, placeholder: Placeholder): readonly string[] {
  return text.match(placeholder === 'dollar' ? /\$[0-9]+/g : /\?/g) ?? []
}

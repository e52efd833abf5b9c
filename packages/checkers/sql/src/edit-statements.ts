import { quoteName, quoteTable } from './identifier.ts'
import type { SqlTarget } from './sql-url.ts'
import type { SqlColumns } from './sql-users-options.ts'

type Statement = readonly [text: string, params: readonly string[]]

/** Everything that an editor says to its database, beside what look-ups say. */
export interface EditStatements {
  /** In this order; after them no other editor is at work on the table. */
  readonly begin: readonly Statement[]
  /** One parameter, the name. Finds `username`, `password` and, in their order, `ha1_0`, `ha1_1`, ..., and keeps the row from others. */
  readonly lookup: string
  /** The stored password, the HA1s in the order of their columns, the stored name. */
  readonly update: string
  /** The name, the stored password, the HA1s in the order of their columns. */
  readonly insert: string
  /** One parameter, the stored name. */
  readonly remove: string
  /** No parameter: every `username`. */
  readonly list: string
  /** What would make such a table. Shown, never said. */
  readonly create: string
}

/** Statements made of quoted names and placeholders, and of nothing else. */
export function editStatements(
  dialect: SqlTarget['dialect'],
  table: string,
  columns: SqlColumns,
  { caseFold, deadlineMs }: { readonly caseFold: boolean; readonly deadlineMs: number },
): EditStatements {
  const placeholder = dialect === 'postgres' ? 'dollar' : 'question'
  const nth = (n: number) => (dialect === 'postgres' ? `$${n}` : '?')
  const from = quoteTable(table, placeholder)
  const username = quoteName(columns.username ?? 'username', 'columns.username', placeholder)
  const password = quoteName(columns.password ?? 'password', 'columns.password', placeholder)
  const ha1 = (columns.ha1 ?? []).map(({ column }, i) => quoteName(column, `columns.ha1[${i}].column`, placeholder))
  const secrets = [password, ...ha1]
  const as = (name: string) => quoteName(name, name, placeholder)
  // Byte by byte, so that the order is the same everywhere.
  const order = dialect === 'postgres' ? `CAST(${username} AS text) COLLATE "C"` : `HEX(${username})`
  const compared = caseFold ? `LOWER(${username})` : username
  return {
    begin: BEGIN[dialect](table, deadlineMs),
    lookup: `SELECT ${username} AS ${as('username')}, ${secrets.map((column, i) => `${column} AS ${as(i === 0 ? 'password' : `ha1_${i - 1}`)}`).join(', ')} FROM ${from} WHERE ${compared} = ${nth(1)} LIMIT 2${dialect === 'sqlite' ? '' : ' FOR UPDATE'}`,
    update: `UPDATE ${from} SET ${secrets.map((column, i) => `${column} = ${nth(i + 1)}`).join(', ')} WHERE ${username} = ${nth(secrets.length + 1)}`,
    insert: `INSERT INTO ${from} (${[username, ...secrets].join(', ')}) VALUES (${[username, ...secrets].map((_, i) => nth(i + 1)).join(', ')})`,
    remove: `DELETE FROM ${from} WHERE ${username} = ${nth(1)}`,
    list: `SELECT ${username} AS ${as('username')} FROM ${from} WHERE ${username} IS NOT NULL ORDER BY ${order}`,
    create: `CREATE TABLE ${from} (${username} ${NAME_TYPE[dialect]} NOT NULL PRIMARY KEY, ${password} ${dialect === 'mysql' ? 'VARCHAR(255)' : 'TEXT'} NOT NULL)`,
  }
}

const NAME_TYPE: Readonly<Record<SqlTarget['dialect'], string>> = {
  sqlite: 'TEXT',
  postgres: 'TEXT',
  mysql: 'VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
}

/**
 * A table need not have a unique name, so a lock has editors wait for each other. It is one of their own: logins, which may
 * be replacing hashes, do not wait.
 */
const BEGIN: Readonly<Record<SqlTarget['dialect'], (table: string, deadlineMs: number) => readonly Statement[]>> = {
  sqlite: () => [['BEGIN IMMEDIATE', []]],
  postgres: (table) => [
    ['BEGIN', []],
    ['SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`gatewright ${table}`]],
  ],
  mysql: (table, deadlineMs) => [
    // START TRANSACTION cannot be prepared by MySQL. Without the strict mode it cuts what is too long, and calls it done.
    ["SET autocommit = 0, sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')", []],
    [
      "SELECT GET_LOCK(CONCAT('gatewright ', MD5(CONCAT(COALESCE(DATABASE(), ''), ' ', ?))), ?) AS locked",
      [table, String(Math.ceil(deadlineMs / 1_000) + 1)],
    ],
  ],
}

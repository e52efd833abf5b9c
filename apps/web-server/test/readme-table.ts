import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** How the server is started for each column of the README's table of clients, and as whom one logs in. */
const COLUMNS: Readonly<
  Record<string, { readonly args: readonly string[]; readonly user?: readonly [string, string] }>
> = {
  'SHA-256': { args: [] },
  'SHA-512-256': { args: ['--algorithm', 'SHA-512-256'] },
  MD5: { args: ['--algorithm', 'MD5'] },
  'SHA-256, then MD5': { args: ['--algorithm', 'SHA-256', '--algorithm', 'MD5'] },
  'SHA-256-sess': { args: ['--algorithm', 'SHA-256-sess'] },
  'auth-int': { args: ['--qop', 'auth-int'] },
  'a name like zoë': { args: ['--algorithm', 'SHA-256', '--algorithm', 'MD5'], user: ['zoë', 'übermut'] },
}

/** One cell: a server, somebody who has an account on it, and whether this client gets them in. */
export interface Cell {
  readonly column: string
  readonly args: readonly string[]
  readonly user: readonly [name: string, password: string]
  readonly getsIn: boolean
}

/** What the README says of a client. The tests prove it, cell by cell. */
export function cellsOf(client: string): readonly Cell[] {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
  const rows = readme
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map(cellsIn)
  const [, ...columns] = rows.find(([first]) => first === 'client') ?? []
  const [, ...cells] = rows.find(([first]) => first?.startsWith(`${client} `) === true) ?? []
  if (columns.length === 0 || cells.length !== columns.length) throw new Error(`the README has no row for ${client}`)
  return columns.map((column, index) => {
    const { args, user = ['user', 'pass'] } = COLUMNS[column] ?? {}
    const cell = cells[index]
    if (args === undefined || (cell !== 'yes' && cell !== 'no')) throw new Error(`${client}, ${column}: ${cell}`)
    return { column, args, user: user as Cell['user'], getsIn: cell === 'yes' }
  })
}

const cellsIn = (row: string): readonly string[] =>
  row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())

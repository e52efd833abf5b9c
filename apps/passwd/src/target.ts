import { resolve } from 'node:path'
import { type Environment, UsageError } from '@gatewright/auth-option'
import {
  type ImportOptions,
  type ImportReport,
  type ImportRow,
  type NewPassword,
  openPasswordFile,
} from '@gatewright/checker-file'
import type { HashOptions } from '@gatewright/passwords'
import { readSqlUrl } from './sql-argument.ts'
import { openSqlTarget } from './sql-target.ts'

/** Where users can be edited: a password file, or a table. */
export interface Target {
  set(name: string, password: NewPassword): Promise<boolean>
  remove(name: string): Promise<boolean>
  verify(name: string, password: string): Promise<boolean>
  list(): Promise<readonly string[]>
  import(rows: Iterable<ImportRow> | AsyncIterable<ImportRow>, options?: ImportOptions): Promise<ImportReport>
  /** Ends connections. */
  close?(): Promise<void>
}

export interface TargetOptions {
  readonly cwd: string
  /** Where `sql:@env:NAME` is looked up. */
  readonly env: Environment
  readonly warn: (text: string) => void
  readonly create?: boolean
  readonly hash?: HashOptions
}

/**
 * Opens what `PATH`, `file:PATH` or `sql:URL` names, as `--auth` would.
 * @throws {UsageError} `BAD_ARGUMENT`, `BAD_OPTION`
 * @throws {FileError} as `openPasswordFile` does
 * @throws {SqlError} as `openSqlPasswords` does
 */
export async function openTarget(spec: string, options: TargetOptions): Promise<Target> {
  const { cwd, create = false, hash = {} } = options
  const type = /^(file|htdigest|sql|memory|unix):/.exec(spec)?.[1]
  if (type === 'sql') {
    if (create) {
      throw new UsageError('BAD_OPTION', '--create makes files; a table is made by its database', {
        hint: 'Leave --create out. When there is no such table, a statement that makes one is shown.',
      })
    }
    const url = await readSqlUrl(spec.slice('sql:'.length), options)
    return await openSqlTarget(url, cwd, hash)
  }
  if (type !== undefined && type !== 'file') {
    throw new UsageError('BAD_ARGUMENT', `users of ${type}: cannot be edited here`, {
      hint: 'Give the path of a file of users, file:PATH, or sql:URL.',
    })
  }
  const path = type === undefined ? spec : spec.slice('file:'.length)
  if (path === '')
    throw new UsageError('BAD_ARGUMENT', 'the path is empty', { hint: 'Give the path of a file of users.' })
  return await openPasswordFile(resolve(cwd, path), { create, hash })
}

import { resolve } from 'node:path'
import { UsageError } from '@gatewright/auth-option'
import {
  type ImportOptions,
  type ImportReport,
  type ImportRow,
  type NewPassword,
  openPasswordFile,
} from '@gatewright/checker-file'
import type { HashOptions } from '@gatewright/passwords'

/** Where users can be edited. A password file is one; a database with an editor would be another. */
export interface Target {
  set(name: string, password: NewPassword): Promise<boolean>
  remove(name: string): Promise<boolean>
  verify(name: string, password: string): Promise<boolean>
  list(): Promise<readonly string[]>
  import(rows: Iterable<ImportRow> | AsyncIterable<ImportRow>, options?: ImportOptions): Promise<ImportReport>
}

export interface TargetOptions {
  readonly cwd: string
  readonly create?: boolean
  readonly hash?: HashOptions
}

/**
 * Opens what `PATH` or `file:PATH` names, as `--auth` would.
 * @throws {UsageError} `BAD_ARGUMENT`
 * @throws {FileError} as `openPasswordFile` does
 */
export function openTarget(spec: string, { cwd, create = false, hash = {} }: TargetOptions): Promise<Target> {
  const type = /^(file|htdigest|sql|memory|unix):/.exec(spec)?.[1]
  if (type !== undefined && type !== 'file') {
    throw new UsageError('BAD_ARGUMENT', `users of ${type}: cannot be edited here`, {
      hint: 'Give the path of a file of users, or file:PATH.',
    })
  }
  const path = type === undefined ? spec : spec.slice('file:'.length)
  if (path === '')
    throw new UsageError('BAD_ARGUMENT', 'the path is empty', { hint: 'Give the path of a file of users.' })
  return openPasswordFile(resolve(cwd, path), { create, hash })
}

import { closeSync, mkdirSync, openSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as wait } from 'node:timers/promises'
import { codeOf } from '@gatewright/auth-option'
import { GatehouseError } from '../errors.ts'
import { databaseError } from './database-error.ts'
import { insistOnTrusted } from './insist-on-trusted.ts'
import { MIGRATIONS } from './migrations.ts'

const FILE = 'gatehouse.sqlite'

/** How long opening waits for other processes that open or close it just now, in milliseconds. */
const PATIENCE_MS = 5000

/** How to open it. */
export interface OpenOptions {
  /** Whether to make a database, and its directory, where there is none. @default false */
  readonly create?: boolean
  /** How long a statement waits for a lock of another process, in milliseconds. Nothing else runs meanwhile. @default 5000 */
  readonly busyMs?: number
}

/** An open database, in the form that this program knows. */
export interface OpenDatabase {
  readonly db: DatabaseSync
  readonly path: string
}

/**
 * Opens the database in a directory, and brings it to the form that this program knows. Other processes may use it at the
 * same time, and may be opening it just now.
 *
 * @throws {GatehouseError} `NO_DATABASE`, `BAD_DATABASE`, `NEWER_DATABASE`, `DATABASE_BUSY`
 */
export async function openDatabase(
  directory: string,
  { create = false, busyMs = 5000 }: OpenOptions = {},
): Promise<OpenDatabase> {
  const path = join(directory, FILE)
  if (create) prepare(directory, path)
  else if (!isThere(path)) {
    throw new GatehouseError('NO_DATABASE', `there is no user database in ${directory}`, {
      hint: '`gatehouse users add NAME` makes one; --data DIR names another directory.',
    })
  }
  for (const place of [directory, path]) insistOnTrusted(place)
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      return { db: connect(path, busyMs), path }
    } catch (error) {
      const fault = databaseError(error, path)
      const busy = fault instanceof GatehouseError && fault.code === 'DATABASE_BUSY'
      if (!busy || performance.now() >= deadline) throw fault
    }
    // Two that switch to WAL at once wait for each other, and only trying again from the start helps.
    await wait(10)
  }
}

/** @throws {GatehouseError} `BAD_DATABASE` when it cannot be told: it may well be there, in a directory of another user */
function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined
  } catch (cause) {
    throw new GatehouseError('BAD_DATABASE', `${path}: it cannot be reached (${codeOf(cause) ?? 'unknown reason'})`, {
      cause,
      hint: 'Run this as the user whose directory it is, or choose another by --data DIR.',
    })
  }
}

function connect(path: string, busyMs: number): DatabaseSync {
  const db = new DatabaseSync(path)
  try {
    db.exec('PRAGMA busy_timeout = 50')
    checkVersion(db, path)
    // Readers and one writer at the same time: users are added while the doors are open.
    db.exec('PRAGMA journal_mode = WAL')
    // What was removed is overwritten; old hashes do not linger in the file.
    db.exec('PRAGMA secure_delete = ON')
    migrate(db, path)
    db.exec(`PRAGMA busy_timeout = ${busyMs}`)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** Makes both before SQLite would, which leaves the mode to the umask; its other files take the mode of the first. */
function prepare(directory: string, path: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    // Before anything is written in it: others could have put a link there.
    insistOnTrusted(directory)
    closeSync(openSync(path, 'a', 0o600))
  } catch (error) {
    if (error instanceof GatehouseError) throw error
    throw new GatehouseError('BAD_DATABASE', `${path}: it cannot be made (${codeOf(error) ?? 'unknown reason'})`, {
      cause: error,
      hint: 'Run this as the user whose directory it is, or choose one that you may write to: --data DIR.',
    })
  }
}

function migrate(db: DatabaseSync, path: string): void {
  if (checkVersion(db, path) === MIGRATIONS.length) return
  // Undone by closing, if anything of it fails.
  db.exec('BEGIN IMMEDIATE')
  // Whoever held the lock until now may have done it.
  for (const sql of MIGRATIONS.slice(checkVersion(db, path))) db.exec(sql)
  db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`)
  db.exec('COMMIT')
}

function checkVersion(db: DatabaseSync, path: string): number {
  const version = Number(db.prepare('PRAGMA user_version').get()?.user_version)
  if (version <= MIGRATIONS.length) return version
  throw new GatehouseError('NEWER_DATABASE', `${path}: it was written by a newer gatehouse`, {
    hint: `This one knows version ${MIGRATIONS.length}, and the file has version ${version}: update gatehouse.`,
  })
}

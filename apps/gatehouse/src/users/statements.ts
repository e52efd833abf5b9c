import { type Stats, statSync } from 'node:fs'
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'
import { GatehouseError } from '../errors.ts'
import { databaseError } from './database-error.ts'
import type { OpenDatabase } from './open-database.ts'

/** One row of an answer. */
export type Row = Record<string, SQLOutputValue>

/**
 * Statements on an open database: microseconds long, and each of them atomic beside other processes; that is why they are not
 * promises. Prepared once.
 *
 * Every method throws a {@link GatehouseError}, `BAD_DATABASE` or `DATABASE_BUSY`, when there is no answer.
 */
export class Statements {
  readonly path: string
  readonly #db: DatabaseSync
  readonly #file: Stats | undefined
  readonly #prepared = new Map<string, StatementSync>()
  #closed = false

  constructor({ db, path }: OpenDatabase) {
    this.path = path
    this.#db = db
    this.#file = statSync(path, { throwIfNoEntry: false })
  }

  /** Whether somebody beside the owner may read the file, as far as its mode tells. */
  get exposed(): boolean {
    return process.platform !== 'win32' && this.#file !== undefined && (this.#file.mode & 0o077) !== 0
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#try(() => this.#prepare(sql).get(...values))
  }

  all(sql: string, ...values: SQLInputValue[]): readonly Row[] {
    return this.#try(() => this.#prepare(sql).all(...values))
  }

  /** @returns how many rows it changed */
  run(sql: string, ...values: SQLInputValue[]): number {
    return this.#try(() => Number(this.#prepare(sql).run(...values).changes))
  }

  /** All of it or nothing, and nobody else writes in between. */
  together<T>(work: () => T): T {
    this.run('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.run('COMMIT')
      return result
    } catch (error) {
      // What is told is what went wrong first.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      throw error
    }
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#db.close()
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#prepared.get(sql)
    if (!statement) {
      statement = this.#db.prepare(sql)
      this.#prepared.set(sql, statement)
    }
    return statement
  }

  #try<T>(work: () => T): T {
    this.#insistOnFile()
    try {
      return work()
    } catch (error) {
      throw databaseError(error, this.path)
    }
  }

  /**
   * SQLite would go on with a file that has no name any more. Whoever was removed from the database that took its place
   * could still log in, nobody who was added could, and what is changed while somebody types a password would be lost.
   */
  #insistOnFile(): void {
    const now = statSync(this.path, { throwIfNoEntry: false })
    if (now !== undefined && now.ino === this.#file?.ino && now.dev === this.#file.dev) return
    throw new GatehouseError('BAD_DATABASE', `${this.path}: it was moved, removed or replaced while it was in use`, {
      hint: 'Put it back, or start gatehouse again.',
    })
  }
}

/** STRICT tables hold what they say; a file that somebody else made may not. */
export function text(value: SQLOutputValue | undefined): string {
  if (typeof value === 'string') return value
  throw new GatehouseError('BAD_DATABASE', 'the user database holds something else where a text belongs')
}

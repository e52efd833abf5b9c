import { type Stats, statSync } from 'node:fs'
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'
import type { Ha1, StoredUser } from '@gatewright/passwords'
import { GatehouseError } from '../errors.ts'
import { databaseError } from './database-error.ts'
import type { OpenDatabase } from './open-database.ts'

type Blocked = NonNullable<StoredUser['blocked']>
type Row = Record<string, SQLOutputValue>

/** Somebody, as the list shows them. */
export interface ListedUser {
  readonly id: string
  readonly blocked?: Blocked
  readonly createdAt: Date
  readonly updatedAt: Date
}

/**
 * The users of the house. Each method is one statement on an open file, microseconds long, and so atomic beside other
 * processes; that is why they are not promises. Ids are prepared names; passwords are stored strings.
 *
 * Every method throws a {@link GatehouseError}, `BAD_DATABASE` or `DATABASE_BUSY`, when there is no answer.
 */
export class UserTable {
  readonly path: string
  readonly #db: DatabaseSync
  readonly #file: Stats | undefined
  readonly #statements = new Map<string, StatementSync>()
  #closed = false

  constructor({ db, path }: OpenDatabase) {
    this.path = path
    this.#db = db
    this.#file = statSync(path, { throwIfNoEntry: false })
  }

  /** Whether somebody beside the owner may read the hashes, as far as the mode of the file tells. */
  get exposed(): boolean {
    return process.platform !== 'win32' && this.#file !== undefined && (this.#file.mode & 0o077) !== 0
  }

  find(id: string): StoredUser | undefined {
    const row = this.#get('SELECT id, password, digests, blocked FROM users WHERE id = ?', id)
    return row && { id: text(row.id), password: text(row.password), ...storedDigests(row), ...blockedOf(row) }
  }

  isEmpty(): boolean {
    return this.#get('SELECT 1 FROM users LIMIT 1') === undefined
  }

  /** Somebody's stored password. */
  anyPassword(): string | undefined {
    const row = this.#get('SELECT password FROM users LIMIT 1')
    return row && text(row.password)
  }

  /** How many users have nothing to be known by over HTTP Digest, under this realm. */
  countWithoutDigest(realm: string): number {
    const has = `SELECT 1 FROM json_each(users.digests) WHERE json_extract(value, '$.realm') = ?`
    return Number(this.#get(`SELECT count(*) AS n FROM users WHERE NOT EXISTS (${has})`, realm)?.n)
  }

  /** By name, in the order of code points. */
  list(): readonly ListedUser[] {
    return this.#try(() =>
      this.#prepare('SELECT id, blocked, created_at, updated_at FROM users ORDER BY id')
        .all()
        .map((row) => ({
          id: text(row.id),
          ...blockedOf(row),
          createdAt: new Date(Number(row.created_at)),
          updatedAt: new Date(Number(row.updated_at)),
        })),
    )
  }

  /**
   * @param digests what the same password is known by over HTTP Digest
   * @returns whether the name was free
   */
  add(id: string, password: string, at: Date, digests: readonly Ha1[] = []): boolean {
    const sql = `INSERT INTO users (id, password, digests, created_at, updated_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`
    return this.#changes(sql, id, password, jsonOf(digests), at.getTime(), at.getTime())
  }

  /** @returns whether there was such a user */
  remove(id: string): boolean {
    return this.#changes('DELETE FROM users WHERE id = ?', id)
  }

  /**
   * Replaces all that the old password was known by.
   * @returns whether there is such a user
   */
  setPassword(id: string, password: string, at: Date, digests: readonly Ha1[] = []): boolean {
    const sql = 'UPDATE users SET password = ?, digests = ?, updated_at = ? WHERE id = ?'
    return this.#changes(sql, password, jsonOf(digests), at.getTime(), id)
  }

  /** Compare-and-set: replaces a stored password only if it still is `previous`. It is the same password, so its digests stay. */
  replacePassword(id: string, previous: string, next: string, at: Date): boolean {
    const sql = 'UPDATE users SET password = ?, updated_at = ? WHERE id = ? AND password = ?'
    return this.#changes(sql, next, at.getTime(), id, previous)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#db.close()
  }

  #get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#try(() => this.#prepare(sql).get(...values))
  }

  #changes(sql: string, ...values: SQLInputValue[]): boolean {
    return this.#try(() => Number(this.#prepare(sql).run(...values).changes) === 1)
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (!statement) {
      statement = this.#db.prepare(sql)
      this.#statements.set(sql, statement)
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
function text(value: SQLOutputValue | undefined): string {
  if (typeof value === 'string') return value
  throw new GatehouseError('BAD_DATABASE', 'the user database holds something else where a text belongs')
}

const jsonOf = (digests: readonly Ha1[]): string | null => (digests.length === 0 ? null : JSON.stringify(digests))

/** Whoever asks checks each of them; here they are only read. */
function storedDigests({ digests }: Row): { readonly ha1?: readonly Ha1[] } {
  if (digests === null) return {}
  try {
    return { ha1: JSON.parse(text(digests)) }
  } catch {
    // What the parser says quotes what it read.
    throw new GatehouseError('BAD_DATABASE', 'the user database holds something else where a list of digests belongs')
  }
}

function blockedOf({ blocked }: Row): { readonly blocked?: Blocked } {
  if (blocked === null) return {}
  const reason = REASONS.find((known) => known === blocked)
  if (reason !== undefined) return { blocked: reason }
  throw new GatehouseError('BAD_DATABASE', 'the user database blocks somebody for a reason that is not known')
}

const REASONS: readonly Blocked[] = ['locked', 'expired', 'disabled', 'must-change']

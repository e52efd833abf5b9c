import type { SQLInputValue } from 'node:sqlite'
import type { Ha1, StoredUser } from '@gatewright/passwords'
import { GatehouseError } from '../errors.ts'
import { KeyTable } from './key-table.ts'
import type { OpenDatabase } from './open-database.ts'
import { type Row, Statements, text } from './statements.ts'

type Blocked = NonNullable<StoredUser['blocked']>

/** Somebody, as the list shows them. */
export interface ListedUser {
  readonly id: string
  readonly blocked?: Blocked
  readonly createdAt: Date
  readonly updatedAt: Date
}

/**
 * The users of the house. Each method is one statement, and so no promise. Ids are prepared names; passwords are stored
 * strings.
 *
 * Every method throws a {@link GatehouseError}, `BAD_DATABASE` or `DATABASE_BUSY`, when there is no answer.
 */
export class UserTable {
  readonly keys: KeyTable
  readonly #statements: Statements

  constructor(database: OpenDatabase) {
    this.#statements = new Statements(database)
    this.keys = new KeyTable(this.#statements)
  }

  get path(): string {
    return this.#statements.path
  }

  /** Whether somebody beside the owner may read the hashes, as far as the mode of the file tells. */
  get exposed(): boolean {
    return this.#statements.exposed
  }

  find(id: string): StoredUser | undefined {
    const row = this.#statements.get('SELECT id, password, digests, blocked FROM users WHERE id = ?', id)
    return row && { id: text(row.id), password: text(row.password), ...storedDigests(row), ...blockedOf(row) }
  }

  isEmpty(): boolean {
    return this.#statements.get('SELECT 1 FROM users LIMIT 1') === undefined
  }

  /** Somebody's stored password. */
  anyPassword(): string | undefined {
    const row = this.#statements.get('SELECT password FROM users LIMIT 1')
    return row && text(row.password)
  }

  /** How many users have nothing to be known by over HTTP Digest, under this realm. */
  countWithoutDigest(realm: string): number {
    const has = `SELECT 1 FROM json_each(users.digests) WHERE json_extract(value, '$.realm') = ?`
    return Number(this.#statements.get(`SELECT count(*) AS n FROM users WHERE NOT EXISTS (${has})`, realm)?.n)
  }

  /** By name, in the order of code points. */
  list(): readonly ListedUser[] {
    return this.#statements.all('SELECT id, blocked, created_at, updated_at FROM users ORDER BY id').map((row) => ({
      id: text(row.id),
      ...blockedOf(row),
      createdAt: new Date(Number(row.created_at)),
      updatedAt: new Date(Number(row.updated_at)),
    }))
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
    this.#statements.close()
  }

  #changes(sql: string, ...values: SQLInputValue[]): boolean {
    return this.#statements.run(sql, ...values) === 1
  }
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

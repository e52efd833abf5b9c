import { type Row, type Statements, text } from './statements.ts'

/** A key of somebody. */
export interface StoredKey {
  /** `SHA256:...`, as `ssh-keygen -l` shows it. */
  readonly fingerprint: string
  /** The whole line, as in authorized_keys: options, key, comment. */
  readonly line: string
  /** What follows the key in the line; nobody vouches for it. */
  readonly comment: string
}

/** A key of somebody, as the list shows it. */
export interface ListedKey extends StoredKey {
  readonly addedAt: Date
}

/** The keys of the users of the house: each is one user's, and goes with that user. */
export class KeyTable {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  /** The lines of somebody's keys, in the order in which they were added. */
  linesOf(id: string): readonly string[] {
    return this.#rowsOf(id).map(({ line }) => text(line))
  }

  list(id: string): readonly ListedKey[] {
    return this.#rowsOf(id).map((row) => ({
      fingerprint: text(row.fingerprint),
      line: text(row.line),
      comment: text(row.comment),
      addedAt: new Date(Number(row.added_at)),
    }))
  }

  /**
   * Adds keys to a user, all or none. One that is there already is replaced, since what it may do may have changed.
   * @returns what became of each, or `undefined` when there is no such user
   */
  add(id: string, keys: readonly StoredKey[], at: Date): readonly ('added' | 'replaced')[] | undefined {
    const insert = `INSERT INTO keys (user_id, fingerprint, line, comment, added_at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (user_id, fingerprint) DO UPDATE SET line = excluded.line, comment = excluded.comment, added_at = excluded.added_at`
    return this.#statements.together(() => {
      if (this.#statements.get('SELECT 1 FROM users WHERE id = ?', id) === undefined) return undefined
      return keys.map(({ fingerprint, line, comment }) => {
        const old = this.#statements.get('SELECT 1 FROM keys WHERE user_id = ? AND fingerprint = ?', id, fingerprint)
        this.#statements.run(insert, id, fingerprint, line, comment, at.getTime())
        return old === undefined ? 'added' : 'replaced'
      })
    })
  }

  /** @returns whether there was such a key */
  remove(id: string, fingerprint: string): boolean {
    return this.#statements.run('DELETE FROM keys WHERE user_id = ? AND fingerprint = ?', id, fingerprint) === 1
  }

  #rowsOf(id: string): readonly Row[] {
    const sql = `SELECT fingerprint, line, comment, added_at FROM keys WHERE user_id = ? ORDER BY added_at, fingerprint`
    return this.#statements.all(sql, id)
  }
}

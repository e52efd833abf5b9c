/** What a statement came to. */
export interface SqlResult {
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  /** How many rows an `UPDATE` found; of a `SELECT` nobody asks. */
  readonly affected: number
}

/** A database, as far as logins need one. A plain object with one method will do. */
export interface SqlExecutor {
  /** How parameters are written: `?` (SQLite, MySQL, MariaDB) or `$1` (PostgreSQL). */
  readonly placeholder: 'question' | 'dollar'
  /**
   * Runs one statement. Parameters are always bound, never put into the text.
   *
   * @param signal fires when the time is up and nobody waits any more: a connection that still works on it should be given
   * up, because a frozen server would keep it for ever
   */
  query(text: string, params: readonly string[], signal?: AbortSignal): Promise<SqlResult>
  /** Ends connections that the executor opened itself. */
  close?(): Promise<void>
}

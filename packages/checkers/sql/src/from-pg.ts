import { PortalError } from '@gatewright/portal'
import { type Lender, lend } from './lend.ts'
import type { SqlExecutor } from './sql-executor.ts'
import { isUnwritable } from './unwritable.ts'

const UNTRANSLATABLE_CHARACTER = '22P05'

/** What is needed of a `Pool` of `pg`. */
export interface PgPool {
  connect(): Promise<PgClient>
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'connect', listener: (client: PgClient) => void): unknown
}

/** What is needed of a client that such a pool lends. */
export interface PgClient {
  query(text: string, values: string[]): Promise<{ readonly rows: object[]; readonly rowCount: number | null }>
  release(destroy?: boolean): void
  on(event: 'error', listener: (error: Error) => void): unknown
}

/**
 * An executor on a pool of `pg`. The pool stays yours; give it a `connectionTimeoutMillis`. A client that is still at work
 * when the deadline passes is destroyed, because a frozen server would keep it for ever.
 *
 * @throws {PortalError} `BAD_CONFIGURATION` for something that is no pool
 */
export function fromPg(pool: PgPool): SqlExecutor {
  if (typeof pool?.connect !== 'function' || typeof pool.on !== 'function') {
    throw new PortalError('BAD_CONFIGURATION', 'fromPg needs a pool of pg', { hint: 'Such as fromPg(new pg.Pool()).' })
  }
  return pgExecutor(pgLender(pool))
}

/** The clients of a pool, none of which ends this process when its server restarts. */
export function pgLender(pool: PgPool): Lender<PgClient> {
  // Without a listener a server that restarts ends this process. For good, on clients as well: the pool takes its own off
  // while it lends a client, and when it ends.
  pool.on('error', lost)
  const heard = new WeakSet<PgClient>()
  const hear = (client: PgClient) => {
    if (!heard.has(client)) client.on('error', lost)
    heard.add(client)
  }
  // Also one that connects when nobody waits for it any more, which is lent to nobody; and below, one that is older than this.
  pool.on('connect', hear)
  return {
    async take(): Promise<PgClient> {
      const client = await pool.connect()
      hear(client)
      return client
    },
    giveBack: (client) => client.release(),
    destroy: (client) => client.release(true),
  }
}

/** Statements, each on a client that is lent for it. */
export function pgExecutor(lender: Lender<PgClient>): SqlExecutor {
  return {
    placeholder: 'dollar',
    query: (text, params, signal) =>
      lend(
        lender,
        async (client) => {
          try {
            const { rows, rowCount } = await client.query(text, [...params])
            return { rows: rows as Record<string, unknown>[], affected: rowCount ?? 0 }
          } catch (error) {
            if (isUnwritable(error, UNTRANSLATABLE_CHARACTER, params)) return { rows: [], affected: 0 }
            throw error
          }
        },
        signal,
      ),
  }
}

/** A connection was lost. Whoever waited for it is told by the query, and the pool has dropped it; nobody else is concerned. */
function lost(): void {}

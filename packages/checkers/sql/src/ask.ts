import { GatewrightError } from '@gatewright/portal'
import { driverError } from './driver-error.ts'
import { SqlError } from './errors.ts'
import { tlsHint } from './server-tls.ts'
import type { SqlExecutor, SqlResult } from './sql-executor.ts'

/** One statement with its parameters, and how long its answer may take. */
export interface Question {
  readonly text: string
  readonly params: readonly string[]
  readonly deadlineMs: number
  /** Fires when the client leaves. */
  readonly signal?: AbortSignal
}

/**
 * The answer of a database, in time or not at all. Whatever the executor is, this settles: within the deadline, and at
 * once when the client leaves. What comes later is dropped.
 *
 * A client that leaves does not stop the statement, only the wait: giving up a connection for each client that hangs up
 * would let clients wear the database out. The deadline gives it up.
 *
 * @throws {SqlError} `UNAVAILABLE`, `DEADLINE`, `ABORTED`, `BAD_ANSWER`; errors of Gatewright packages as they are
 */
export function ask(database: SqlExecutor, { text, params, deadlineMs, signal }: Question): Promise<SqlResult> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(aborted())
      return
    }
    const leave = () => reject(aborted())
    const time = new AbortController()
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', leave)
      const late = new SqlError('DEADLINE', `the database gave no answer within ${deadlineMs} ms`, {
        hint: 'It may be frozen, overloaded or unreachable, or every connection of the pool is in use.',
      })
      reject(late)
      time.abort(late)
    }, deadlineMs)
    signal?.addEventListener('abort', leave, { once: true })
    const settle = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', leave)
    }
    asked(database, text, params, time.signal).then(
      (answer) => {
        settle()
        if (isResult(answer)) resolve(answer)
        else reject(nonsense())
      },
      (error: unknown) => {
        settle()
        reject(error instanceof GatewrightError ? error : unavailable(error, params))
      },
    )
  })
}

/** Asynchronous whatever the executor does: what it throws at once is a rejection too. */
async function asked(
  database: SqlExecutor,
  text: string,
  params: readonly string[],
  signal: AbortSignal,
): Promise<unknown> {
  return await database.query(text, [...params], signal)
}

function isResult(answer: unknown): answer is SqlResult {
  if (typeof answer !== 'object' || answer === null) return false
  const { rows, affected } = answer as Partial<Record<keyof SqlResult, unknown>>
  return (
    Array.isArray(rows) &&
    rows.every((row) => typeof row === 'object' && row !== null && !Array.isArray(row)) &&
    typeof affected === 'number' &&
    Number.isSafeInteger(affected) &&
    affected >= 0
  )
}

const aborted = () => new SqlError('ABORTED', 'nobody waits for the answer of the database any more')

const nonsense = () =>
  new SqlError('BAD_ANSWER', 'the executor answered something that is no result', {
    hint: 'query() resolves to { rows: [{ column: value }], affected: 0 }.',
  })

function unavailable(error: unknown, params: readonly string[]): SqlError {
  const cause = driverError(error, params)
  return new SqlError('UNAVAILABLE', `the database did not answer: ${cause.message}`, {
    cause,
    hint:
      tlsHint(cause) ??
      'Check that it runs and can be reached, and that table and columns are spelled as they are stored.',
  })
}

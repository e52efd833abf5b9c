/** A pool, as far as it is needed: what it lends comes back, in good order or broken. */
export interface Lender<Connection> {
  take(): Promise<Connection>
  giveBack(connection: Connection): void
  /** For a connection in an unknown state: nobody may have it after this. */
  destroy(connection: Connection): void
}

/**
 * Uses a connection of a pool. Whatever happens, it is given back or destroyed, once: at the latest when the signal fires,
 * and one that comes after that goes back unused.
 *
 * @throws {unknown} the signal's reason; else whatever the pool or `use` throws
 */
export async function lend<Connection, T>(
  pool: Lender<Connection>,
  use: (connection: Connection) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  const connection = await unlessAborted(pool.take(), signal, (late) => pool.giveBack(late))
  let result: T
  try {
    result = await unlessAborted(use(connection), signal)
  } catch (error) {
    pool.destroy(connection)
    throw error
  }
  pool.giveBack(connection)
  return result
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined, late?: (result: T) => void): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    work.then(
      (result) => {
        signal.removeEventListener('abort', onAbort)
        if (signal.aborted) late?.(result)
        else resolve(result)
      },
      (error: unknown) => {
        signal.removeEventListener('abort', onAbort)
        reject(error as Error)
      },
    )
  })
}

import type { Lender } from './lend.ts'

/**
 * A pool that lends one and the same connection, until that is destroyed: a transaction must not go on, by another
 * connection, outside of itself.
 */
export function pin<Connection>(pool: Lender<Connection>): Lender<Connection> & { end(): void } {
  let held: { readonly connection: Connection } | undefined
  let over = false
  const end = () => {
    over = true
    if (held !== undefined) pool.destroy(held.connection)
    held = undefined
  }
  return {
    async take(): Promise<Connection> {
      if (over) throw new Error('the connection of this transaction was lost')
      if (held === undefined) {
        const connection = await pool.take()
        if (over) {
          pool.giveBack(connection)
          throw new Error('the connection of this transaction came too late')
        }
        held = { connection }
      }
      return held.connection
    },
    giveBack: () => undefined,
    destroy: end,
    end,
  }
}

import type { Ha1 } from '@gatewright/passwords'
import type { SqlExecutor } from './sql-executor.ts'

/** Where one HA1 stands: what HTTP Digest needs in one realm, by one algorithm. */
export interface SqlHa1Column {
  readonly realm: string
  readonly algorithm: Ha1['algorithm']
  readonly column: string
}

/** Which columns hold what. */
export interface SqlColumns {
  /** Text. @default 'username' */
  readonly username?: string
  /** Text in any supported format; NULL and '' for users without one. @default 'password', unless there is `ha1` */
  readonly password?: string
  /** Text or a whole number: who somebody is once logged in. @default the stored name */
  readonly id?: string
  /** NULL, false or 0: not blocked; true or 1: `disabled`; else `locked`, `expired`, `disabled` or `must-change`. @default nobody is */
  readonly blocked?: string
  readonly ha1?: readonly SqlHa1Column[]
}

interface CommonOptions {
  /** See `fromPg`, `fromMysql2` and `fromSqlite`. */
  readonly database: SqlExecutor
  /** @default 'sql' */
  readonly name?: string
  readonly columns?: SqlColumns
  /** A statement without parameters that finds the stored password of anybody. @default one row of `table` */
  readonly sampleQuery?: string
  /**
   * Compares names in lower case. With `table` by `LOWER(username)`, which wants an index; a query of your own is given the
   * name in lower case.
   * @default false
   */
  readonly caseFold?: boolean
  /** For each statement, in milliseconds. @default 1_500 */
  readonly deadlineMs?: number
}

/** Either a `table`, or a `query` of your own. */
export type SqlUsersOptions = CommonOptions &
  (
    | {
        /** `table` or `schema.table`; letter case as stored. */
        readonly table: string
        readonly query?: never
        /** Replaces a stale password hash: next, id, previous, in this order. `false`: never. @default by comparison with the previous */
        readonly update?: string | false
      }
    | {
        /** One parameter, the name; finds one row with the `columns`. */
        readonly query: string
        readonly table?: never
        /** As with `table`. @default never */
        readonly update?: string | false
      }
  )

import {
  type HashOptions,
  ha1,
  hash,
  verify as matchesStored,
  needsRehash,
  type StoredUser,
} from '@gatewright/passwords'
import { prepareUsername } from '@gatewright/portal'
import { ask } from './ask.ts'
import { checkOptions } from './check-options.ts'
import { ambiguous, bad, badName, explained, nameless, readOnly } from './edit-refusals.ts'
import { editStatements } from './edit-statements.ts'
import { openDatabase } from './open-database.ts'
import { refusalOf } from './refusal.ts'
import { RowEditor, type Say } from './row-editor.ts'
import { parseSqlUrl } from './sql-url.ts'
import { fold } from './sql-users.ts'
import { userInRow } from './user-in-row.ts'

/** A user to store: a string of any format that `@gatewright/passwords` verifies, as it is. */
export interface StoredPassword {
  readonly name: string
  readonly stored: string
}

export interface SqlSetReport {
  readonly added: number
  /** Users that were there before, now with the new password. */
  readonly changed: number
}

export interface SqlPasswordsOptions {
  /** What paths are relative to, and where drivers are looked for. @default process.cwd() */
  readonly cwd?: string
}

/**
 * Edits the users of a table. Each edit is one transaction. A row whose name the database's collation takes for another, such
 * as `AL'ICE` for `al'ice`, is not that user's: such an edit is refused.
 */
export interface SqlPasswords {
  /**
   * Adds a user, as a row of name and password, or changes the password.
   * @throws {SqlError} `NAME_TAKEN`, `NOT_INSERTED`, `TRUNCATED`, `BAD_NAME`, and what look-ups throw
   * @throws {PasswordsError} `UNKNOWN_FORMAT`, `MALFORMED`, `COST_ABOVE_LIMIT`
   */
  set(name: string, stored: string): Promise<'added' | 'changed'>
  /**
   * Adds a user or changes the password: its hash, and the HA1 of every column that the URL has one for, in one step.
   * @throws {SqlError} as `set` does
   * @throws {PasswordsError} `BAD_PASSWORD` and others of `hash()`
   */
  setPassword(name: string, password: string, options?: HashOptions): Promise<'added' | 'changed'>
  /**
   * As `set`, of many: all of them, or none when it fails or is aborted. Of two with one name the later counts.
   * @throws {unknown} what `set` throws; the signal's reason
   */
  setAll(users: Iterable<StoredPassword>, options?: { readonly signal?: AbortSignal }): Promise<SqlSetReport>
  /**
   * Removes the row of a user.
   * @returns whether there was one
   * @throws {SqlError} `NAME_TAKEN`, and what look-ups throw
   */
  remove(name: string): Promise<boolean>
  /** @throws {SqlError} `NO_TABLE`, `AMBIGUOUS`, `BAD_ROW`, `UNAVAILABLE`, `DEADLINE` */
  find(name: string): Promise<StoredUser | undefined>
  /**
   * Whether this is the password of that user. A user that does not exist or is blocked has none.
   * @throws {SqlError} as `find` does
   * @throws {PasswordsError} `UNKNOWN_FORMAT`, `MALFORMED`, `COST_ABOVE_LIMIT`
   */
  verify(name: string, password: string): Promise<boolean>
  /** The names, byte by byte in order; NULL is none. @throws {SqlError} `NO_TABLE`, `BAD_ROW`, `UNAVAILABLE`, `DEADLINE` */
  list(): AsyncIterable<string>
  close(): Promise<void>
}

/** Long enough to wait for another editor. */
const DEADLINE_MS = 10_000
const ATTEMPTS = 3
const MAX_STORED = 4_096

/**
 * Opens the table that a URL names, as `--auth sql:URL` reads it, for editing. Makes no table.
 *
 * @throws {PortalError} `BAD_CONFIGURATION`: a URL that cannot be read, or has a `query` in place of a `table`
 * @throws {SqlError} `DRIVER_MISSING`, `NO_TABLE`, `UNAVAILABLE`, `DEADLINE`
 */
export async function openSqlPasswords(
  url: string,
  { cwd = process.cwd() }: SqlPasswordsOptions = {},
): Promise<SqlPasswords> {
  const { target, users } = parseSqlUrl(url)
  const { table, deadlineMs = DEADLINE_MS } = users
  if (table === undefined) throw bad('a query cannot be edited', 'Write ?table=NAME in the URL.')
  const opened = await openDatabase(target, cwd, deadlineMs)
  const close = () => opened.database.close()
  try {
    const { statements, caseFold } = checkOptions({ ...users, table, database: opened.database })
    if (statements.columns.password === undefined) {
      throw bad('there is no column of passwords to edit', 'Write &password=COLUMN in the URL.')
    }
    const edits = editStatements(target.dialect, table, users.columns ?? {}, { caseFold, deadlineMs })
    const prepare = caseFold ? fold : prepareUsername
    const keyOf = (stored: string) => (caseFold ? fold(stored) : stored)

    const say: Say = async (text, params) => {
      try {
        return await ask(opened.database, { text, params, deadlineMs })
      } catch (error) {
        throw explained(error, edits)
      }
    }

    async function find(name: string): Promise<StoredUser | undefined> {
      const wanted = prepare(name)
      if (wanted === undefined) return undefined
      const { rows } = await say(statements.find, [wanted])
      if (rows.length > 1) throw ambiguous()
      const [row] = rows
      return row && userInRow(row, statements.columns, (stored) => keyOf(stored) === wanted)
    }

    /** A transaction on a connection of its own, which ends with it. */
    async function edit<T>(work: (row: RowEditor) => Promise<T>): Promise<T> {
      if (!opened.writable) throw readOnly()
      for (let attempt = 1; ; attempt++) {
        const session = opened.session()
        const within: Say = (text, params) => ask(session.database, { text, params, deadlineMs })
        try {
          for (const [text, params] of edits.begin) await within(text, params)
          const result = await work(new RowEditor(edits, within, keyOf))
          await within('COMMIT', [])
          return result
        } catch (error) {
          // Somebody else, such as the application, was faster: what is true now is seen at the next attempt.
          const refusal = refusalOf(error)
          const again = refusal === 'duplicate' || refusal === 'conflict'
          if (!again || attempt === ATTEMPTS) throw explained(error, edits)
        } finally {
          session.end()
        }
      }
    }

    function checked({ name, stored }: StoredPassword, where = ''): StoredPassword {
      if (users.columns?.ha1 !== undefined) {
        throw bad('the HA1 columns would keep the old password', 'Use setPassword, which writes all of them.')
      }
      const prepared = prepare(name)
      if (prepared === undefined) throw badName(where)
      needsRehash(stored)
      if (stored.length > MAX_STORED)
        throw bad(`a stored password has at most ${MAX_STORED} characters`, 'Hash it anew.')
      return { name: prepared, stored }
    }

    // Finds a missing table, and a server that is not there, before anybody types a password.
    await say(statements.find, [''])
    return {
      async set(name, stored): Promise<'added' | 'changed'> {
        const user = checked({ name, stored })
        return await edit((row) => row.put(user.name, user.stored))
      },
      async setPassword(name, password, options): Promise<'added' | 'changed'> {
        const prepared = prepare(name)
        if (prepared === undefined) throw badName('')
        const stored = await hash(password, options)
        const columns = users.columns?.ha1 ?? []
        return await edit((row) =>
          row.put(prepared, stored, (who) =>
            columns.map(({ realm, algorithm }) => ha1(prepareUsername(who) ?? who, realm, password, algorithm).hash),
          ),
        )
      },
      async setAll(given, { signal } = {}): Promise<SqlSetReport> {
        const last = new Map<string, string>()
        let count = 0
        for (const one of given) {
          const { name, stored } = checked(one, `row ${++count}: `)
          last.set(name, stored)
        }
        return await edit(async (row) => {
          let added = 0
          for (const [name, stored] of last) {
            signal?.throwIfAborted()
            if ((await row.put(name, stored)) === 'added') added++
          }
          signal?.throwIfAborted()
          return { added, changed: last.size - added }
        })
      },
      async remove(name): Promise<boolean> {
        const wanted = prepare(name)
        if (wanted === undefined) return false
        return await edit((row) => row.remove(wanted))
      },
      find,
      async verify(name, password): Promise<boolean> {
        const user = await find(name)
        if (user?.password === undefined || user.blocked !== undefined) return false
        return (await matchesStored(user.password, password)) !== 'mismatch'
      },
      async *list(): AsyncGenerator<string> {
        for (const { username } of (await say(edits.list, [])).rows) {
          if (typeof username === 'string') yield username
          else throw nameless()
        }
      },
      close,
    }
  } catch (error) {
    // What is told is what went wrong first, not what the clearing up ran into.
    await Promise.allSettled([close()])
    throw error
  }
}

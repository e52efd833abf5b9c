import { verify as matchesStored, needsRehash, type StoredUser } from '@gatewright/passwords'
import { PortalError, prepareUsername } from '@gatewright/portal'
import { ask } from './ask.ts'
import { checkOptions } from './check-options.ts'
import { type EditStatements, editStatements } from './edit-statements.ts'
import { SqlError } from './errors.ts'
import { openDatabase } from './open-database.ts'
import { refusalOf } from './refusal.ts'
import type { SqlResult } from './sql-executor.ts'
import { parseSqlUrl } from './sql-url.ts'
import { fold } from './sql-users.ts'
import { storedIn, userInRow } from './user-in-row.ts'

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

type Say = (text: string, params: readonly string[]) => Promise<SqlResult>

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
      return row && userInRow(row, statements.columns, (stored) => (caseFold ? fold(stored) : stored) === wanted)
    }

    /** A transaction on a connection of its own, which ends with it. */
    async function edit<T>(work: (say: Say) => Promise<T>): Promise<T> {
      if (!opened.writable) throw readOnly()
      for (let attempt = 1; ; attempt++) {
        const session = opened.session()
        const within: Say = (text, params) => ask(session.database, { text, params, deadlineMs })
        try {
          for (const [text, params] of edits.begin) await within(text, params)
          const result = await work(within)
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

    /** The name as it is stored, if somebody has it. */
    async function holder(within: Say, wanted: string): Promise<string | undefined> {
      const { rows } = await within(edits.lookup, [wanted])
      if (rows.length > 1) throw ambiguous()
      const [row] = rows
      if (row === undefined) return undefined
      const stored = row.username
      if (typeof stored !== 'string') {
        throw new SqlError('BAD_ROW', 'the name in a row is no text', { hint: 'Use a text column for names.' })
      }
      if ((caseFold ? fold(stored) : stored) !== wanted) throw taken()
      return stored
    }

    async function put(within: Say, name: string, stored: string): Promise<'added' | 'changed'> {
      const existing = await holder(within, name)
      const { affected } =
        existing === undefined
          ? await within(edits.insert, [name, stored])
          : await within(edits.update, [stored, existing])
      if (affected > 1) throw ambiguous()
      // What triggers, types and modes of the database made of it: a hash that was cut would lock its user out.
      const { rows } = await within(edits.lookup, [name])
      const [row] = rows
      if (affected !== 1 || rows.length !== 1 || row?.username !== (existing ?? name)) throw unstorable()
      if (storedIn(row, 'password') !== stored) {
        throw new SqlError('TRUNCATED', 'the column did not keep the stored password as it is; nothing was changed', {
          hint: 'Make it TEXT or VARCHAR(255).',
        })
      }
      return existing === undefined ? 'added' : 'changed'
    }

    function checked({ name, stored }: StoredPassword, where = ''): StoredPassword {
      if (users.columns?.ha1 !== undefined) {
        throw bad(
          'the HA1 columns would keep the old password',
          'Set passwords by a URL without ha1, or all by the application.',
        )
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
        return await edit((within) => put(within, user.name, user.stored))
      },
      async setAll(given, { signal } = {}): Promise<SqlSetReport> {
        const last = new Map<string, string>()
        let row = 0
        for (const one of given) {
          const { name, stored } = checked(one, `row ${++row}: `)
          last.set(name, stored)
        }
        return await edit(async (within) => {
          let added = 0
          for (const [name, stored] of last) {
            signal?.throwIfAborted()
            if ((await put(within, name, stored)) === 'added') added++
          }
          signal?.throwIfAborted()
          return { added, changed: last.size - added }
        })
      },
      async remove(name): Promise<boolean> {
        const wanted = prepare(name)
        if (wanted === undefined) return false
        return await edit(async (within) => {
          const existing = await holder(within, wanted)
          if (existing === undefined) return false
          const { affected } = await within(edits.remove, [existing])
          if (affected > 1) throw ambiguous()
          return affected === 1
        })
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
          else throw new SqlError('BAD_ROW', 'the name in a row is no text', { hint: 'Use a text column for names.' })
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

/** What a database refused, in words that say what to do. */
function explained(error: unknown, { create }: EditStatements): unknown {
  const cause = error instanceof Error ? error.cause : undefined
  switch (refusalOf(error)) {
    case 'no-table':
      return new SqlError('NO_TABLE', 'there is no such table', {
        cause,
        hint: `Check the name, its letter case too, or make it: ${create}`,
      })
    case 'needs-value':
      return new SqlError('NOT_INSERTED', `the table takes no row of name and password alone: ${says(cause)}`, {
        cause,
        hint: 'Another column needs a value: have the application insert the row, then set the password here; or give the column a default.',
      })
    case 'duplicate':
      return new SqlError('NAME_TAKEN', `the table has such a row already: ${says(cause)}`, {
        cause,
        hint: 'A unique index takes another user for this one. Choose another name.',
      })
    case 'aborted':
      return unstorable()
    case 'read-only':
      return readOnly()
    default:
      return error
  }
}

const says = (cause: unknown) => (cause instanceof Error ? cause.message : 'no reason given')

const bad = (problem: string, hint: string) => new PortalError('BAD_CONFIGURATION', problem, { hint })

const ambiguous = () =>
  new SqlError('AMBIGUOUS', 'the database knows more than one user by this name; nothing was changed', {
    hint: 'Make the column unique, by the collation that compares it.',
  })

const taken = () =>
  new SqlError('NAME_TAKEN', 'the database takes the name of another user for this one; nothing was changed', {
    hint: "The names differ in letter case, accents or spaces at the end. Use the name as 'list' shows it, or a binary collation.",
  })

const badName = (where: string) =>
  new SqlError('BAD_NAME', `${where}nobody can have this name`, {
    hint: 'A name has 1 to 255 bytes of UTF-8 and no control characters.',
  })

const unstorable = () =>
  new SqlError('BAD_NAME', 'the column does not keep this name as it is; nothing was changed', {
    hint: 'Make it TEXT or VARCHAR(255), in UTF-8 (MySQL: utf8mb4).',
  })

const readOnly = () =>
  new SqlError('READ_ONLY', 'the SQLite file cannot be written', {
    hint: 'It takes leave to write the file and its directory. Run as their owner.',
  })

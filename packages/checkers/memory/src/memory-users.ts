import { hash, plain, type StoredUser, type UserSource } from '@gatewright/passwords'
import { type ErrorDetails, PortalError, prepareUsername } from '@gatewright/portal'

/** Names and their passwords: an object literal (its own keys), a `Map`, or any other pairs. */
export type MemoryUserList = Readonly<Record<string, string>> | Iterable<readonly [name: string, password: string]>

export interface MemoryUsersOptions {
  /** @default 'memory' */
  readonly name?: string
  /** Keeps the passwords readable, in memory, so that HTTP Digest can be answered for any realm. @default false */
  readonly digest?: boolean
}

/** Users in memory, with everything a checker needs of them. */
export interface MemoryUsers extends UserSource {
  /**
   * Adds a user, or changes its password: for every login that begins from now on.
   * @throws {PortalError} `BAD_CONFIGURATION` for a name or a password that nobody can have
   */
  set(name: string, password: string): void
  /** @returns whether there was such a user */
  delete(name: string): boolean
}

/** A password that is not stored yet. An object, so that one that was replaced in the meantime is told from its successor. */
interface Fresh {
  readonly password: string
}

/**
 * Users in a literal. Their passwords are hashed from the start, about 10 ms each, and then forgotten; a look-up that comes
 * before that is done waits for it.
 *
 * @throws {PortalError} `BAD_CONFIGURATION` for names and passwords that nobody can have, and for one name twice. Not an
 * error class of its own: it is a mistake in putting a portal together, like those that `createPortal` finds.
 */
export function memoryUsers(users: MemoryUserList, options: MemoryUsersOptions = {}): MemoryUsers {
  const { name, digest } = checkOptions(options)
  const fresh = new Map<string, Fresh>()
  const stored = new Map<string, string>()
  let storing: Promise<void> | undefined

  /** One after another: a long list leaves room in the queue for those who log in. */
  async function store(): Promise<void> {
    for (const [user, entry] of fresh) {
      const made = digest ? plain(entry.password) : await hash(entry.password)
      // Set again or deleted in the meantime: the newer word stands.
      if (fresh.get(user) !== entry) continue
      fresh.delete(user)
      stored.set(user, made)
    }
  }

  /** Everybody waits for all of it, known or not; else the first seconds would tell names by time. */
  async function settled(): Promise<void> {
    while (fresh.size > 0) {
      storing ??= store().finally(() => {
        storing = undefined
      })
      await storing
    }
  }

  /** What fails now is tried again by the next look-up, which is where somebody waits to hear of it. */
  function begin(): void {
    settled().catch(() => undefined)
  }

  for (const [user, password] of checkUsers(users)) fresh.set(user, { password })
  begin()

  return {
    name,
    accepts: digest ? ['password', 'digest'] : ['password'],
    async find(username): Promise<StoredUser | undefined> {
      await settled()
      const id = prepareUsername(username)
      const password = id === undefined ? undefined : stored.get(id)
      return id === undefined || password === undefined ? undefined : { id, password }
    },
    async sample(): Promise<string | undefined> {
      await settled()
      const [any] = stored.values()
      return any
    },
    set(user, password): void {
      fresh.set(checkName(user, 'this user'), { password: checkPassword(password, 'this user') })
      begin()
    },
    delete(user): boolean {
      const prepared = prepareUsername(user) ?? user
      const wasFresh = fresh.delete(prepared)
      return stored.delete(prepared) || wasFresh
    },
  }
}

/** Passwords are often in the wrong place when a list is wrong, so errors number the users and show none. */
function checkUsers(users: MemoryUserList): ReadonlyMap<string, string> {
  if (typeof users !== 'object' || users === null) {
    throw bad('memory users are a record, a Map or a list of pairs', { hint: "Such as { name: 'password' }." })
  }
  const checked = new Map<string, string>()
  const pairs: Iterable<unknown> = Symbol.iterator in users ? users : Object.entries(users)
  let number = 0
  for (const pair of pairs) {
    const who = `user ${++number}`
    if (!Array.isArray(pair) || pair.length !== 2) throw bad(`${who} is not a pair of name and password`)
    const [given, password]: unknown[] = pair
    const name = checkName(given, who)
    if (checked.has(name)) {
      throw bad(`${who} has the name of an earlier one`, { hint: 'Names are compared in Unicode NFC.' })
    }
    checked.set(name, checkPassword(password, who))
  }
  return checked
}

function checkName(name: unknown, who: string): string {
  const prepared = typeof name === 'string' ? prepareUsername(name) : undefined
  if (prepared !== undefined) return prepared
  throw bad(`${who} has a name that nobody can log in with`, {
    hint: 'Names are 1 to 255 bytes of text without control characters.',
  })
}

function checkPassword(password: unknown, who: string): string {
  let cause: unknown
  try {
    // Made only to ask: it refuses what no password can be.
    if (typeof password === 'string' && plain(password)) return password
  } catch (error) {
    cause = error
  }
  throw bad(`${who} has no usable password`, { cause, hint: 'Passwords are 1 to 1,024 bytes of well-formed text.' })
}

function checkOptions({
  name = 'memory',
  digest = false,
  ...others
}: MemoryUsersOptions): Required<MemoryUsersOptions> {
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw bad(`memoryUsers has no option '${unknown}'`, { hint: 'It has name and digest.' })
  if (typeof name !== 'string' || name === '') throw bad('name is a non-empty string')
  if (typeof digest !== 'boolean') throw bad('digest is true or false')
  return { name, digest }
}

function bad(problem: string, details?: ErrorDetails): PortalError {
  return new PortalError('BAD_CONFIGURATION', problem, details)
}

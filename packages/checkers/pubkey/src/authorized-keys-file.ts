import { realpathSync } from 'node:fs'
import { PortalError } from '@gatewright/portal'
import { type Watched, watchFile } from '@gatewright/watched-file'
import { type Account, watchAccounts } from './accounts.ts'
import { KeyList } from './key-list.ts'
import type { Finding, KeySource } from './key-source.ts'
import type { Report } from './line-problem.ts'
import { PathPattern } from './path-pattern.ts'
import { distrust } from './strict-modes.ts'

export interface AuthorizedKeysFileOptions {
  /** Shown in events. @default the patterns */
  readonly name?: string
  /** What a relative pattern begins at. @default the working directory of the process */
  readonly cwd?: string
  /** Refuses files that somebody else could have written: sshd's StrictModes. @default true */
  readonly strictModes?: boolean
  /** Where `%h`, `%U` and the owners of files come from: a file like passwd(5), or a function. @default '/etc/passwd' */
  readonly accounts?: string | ((username: string) => Account | undefined | Promise<Account | undefined>)
  /** A larger file is not read. @default 64 MiB */
  readonly maxBytes?: number
  /** Allows a pattern without `%u` and `%h`: every key in the file then opens every account. @default false */
  readonly dangerouslySharedByAllUsers?: boolean
}

const OPTIONS: readonly string[] = ['name', 'cwd', 'strictModes', 'accounts', 'maxBytes', 'dangerouslySharedByAllUsers']
const ROOT = 0
/** Files whose lines are kept in memory; of the others, only the reading starts anew. */
const MAX_FILES = 1000
const MAX_KEPT_BYTES = 128 * 1024 * 1024

/**
 * Keys in files, one or more for each user: sshd's AuthorizedKeysFile. A user without the file has no keys. A file is read
 * when its user logs in, and again when it has changed.
 *
 * Not by one {@link watchFile} for each user alone: its path is looked up, and the directories above it are looked at, at
 * every login, because they may change while the file does not.
 *
 * @param patterns `/home/%u/.ssh/authorized_keys`, or several
 * @throws {PortalError} `BAD_CONFIGURATION`
 */
export function authorizedKeysFile(
  patterns: string | readonly string[],
  options: AuthorizedKeysFileOptions = {},
): KeySource {
  const unknown = Object.keys(options).find((key) => !OPTIONS.includes(key))
  if (unknown !== undefined) throw bad(`authorizedKeysFile has no option '${unknown}'`, `It has ${OPTIONS.join(', ')}.`)
  const {
    cwd = process.cwd(),
    strictModes = true,
    accounts = '/etc/passwd',
    maxBytes = 64 * 1024 * 1024,
    dangerouslySharedByAllUsers = false,
  } = options
  const given = typeof patterns === 'string' ? [patterns] : patterns
  if (!Array.isArray(given) || given.length === 0)
    throw bad('authorizedKeysFile needs a pattern', 'Such as %h/.ssh/authorized_keys.')
  const paths = given.map((pattern) => new PathPattern(pattern, cwd, dangerouslySharedByAllUsers))
  const self = process.geteuid?.()
  if (strictModes && self === undefined) {
    throw bad(
      'this system has no owners and modes to be strict about',
      'Set strictModes to false, and guard the files yourself.',
    )
  }
  const watchedAccounts = typeof accounts === 'string' ? watchAccounts(accounts) : undefined
  const needsAccount = paths.some((path) => path.needsAccount)
  const files = new Files(maxBytes)

  async function accountOf(username: string): Promise<Account | undefined> {
    if (typeof accounts === 'function') return accounts(username)
    try {
      return (await watchedAccounts?.current())?.get(username)
    } catch (error) {
      // A system without the file has no accounts; a pattern that needs one cannot do without.
      if (!needsAccount && isCode(error, 'MISSING')) return undefined
      throw error
    }
  }

  async function look(
    path: string,
    account: Account | undefined,
    fingerprint: string,
    report: Report,
  ): Promise<Finding> {
    try {
      const real = realpathSync.native(path)
      if (strictModes) {
        const owners = new Set([ROOT, self ?? ROOT, ...(account ? [account.uid] : [])])
        const reason = distrust(real, owners, account && homeOf(account))
        if (reason !== undefined) return { keys: [], distrust: reason }
      }
      return { keys: (await files.current(real, report)).find(fingerprint) }
    } catch (error) {
      if (isAbsence(error)) return { keys: [] }
      // Whoever owns the file did this to it, and to nobody else.
      if (isCode(error, 'NOT_A_FILE', 'TOO_LARGE')) return { keys: [], distrust: (error as Error).message }
      throw error
    }
  }

  return {
    name: options.name ?? given.join(' '),
    async find(username, fingerprint, _, report): Promise<Finding> {
      const account = needsAccount || strictModes ? await accountOf(username) : undefined
      const findings: Finding[] = []
      for (const pattern of paths) {
        const path = pattern.expand(username, account)
        if (path !== undefined) findings.push(await look(path, account, fingerprint, report))
      }
      const reason = findings.find((finding) => finding.distrust !== undefined)?.distrust
      return { keys: findings.flatMap(({ keys }) => keys), ...(reason === undefined ? {} : { distrust: reason }) }
    },
    async close(): Promise<void> {
      await watchedAccounts?.close()
      files.clear()
    },
  }
}

/** Lists by the path of their file, the one that was asked for last at the end. */
class Files {
  readonly #kept = new Map<string, { readonly watched: Watched<KeyList>; bytes: number }>()
  readonly #maxBytes: number

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  async current(path: string, report: Report): Promise<KeyList> {
    const kept = this.#kept.get(path) ?? { watched: this.#watch(path, report), bytes: 0 }
    this.#kept.delete(path)
    this.#kept.set(path, kept)
    try {
      const list = await kept.watched.current()
      kept.bytes = list.bytes.length
      this.#shrink()
      return list
    } catch (error) {
      this.#kept.delete(path)
      throw error
    }
  }

  clear(): void {
    this.#kept.clear()
  }

  #watch(path: string, report: Report): Watched<KeyList> {
    return watchFile(path, ({ bytes }) => KeyList.load(bytes, path, report), { maxBytes: this.#maxBytes })
  }

  #shrink(): void {
    let bytes = 0
    for (const kept of this.#kept.values()) bytes += kept.bytes
    for (const [path, kept] of this.#kept) {
      if (this.#kept.size === 1 || (this.#kept.size <= MAX_FILES && bytes <= MAX_KEPT_BYTES)) return
      this.#kept.delete(path)
      bytes -= kept.bytes
    }
  }
}

function homeOf({ home }: Account): string | undefined {
  try {
    return realpathSync.native(home)
  } catch (error) {
    if (isAbsence(error)) return undefined
    throw error
  }
}

/** No file, no keys: nearly every user of a system is like that. */
function isAbsence(error: unknown): boolean {
  return isCode(error, 'ENOENT', 'ENOTDIR', 'MISSING')
}

const isCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && codes.includes(String(Reflect.get(error, 'code')))

const bad = (problem: string, hint: string): PortalError => new PortalError('BAD_CONFIGURATION', problem, { hint })

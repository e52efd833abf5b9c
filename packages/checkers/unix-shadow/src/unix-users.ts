import { resolve } from 'node:path'
import type { StoredUser, UserSource } from '@gatewright/passwords'
import { type ErrorDetails, PortalError, prepareUsername } from '@gatewright/portal'
import { AccountFiles } from './account-files.ts'
import { type AccountRules, Accounts } from './accounts.ts'
import { dayOf } from './days.ts'
import { anyShell, listedShells, type ShellRule, shellsIn } from './shells.ts'

export interface UnixUsersOptions {
  /** @default 'unix' */
  readonly name?: string
  /** Path of a passwd(5) file. @default '/etc/passwd' */
  readonly passwd?: string
  /** Path of a shadow(5) file. @default '/etc/shadow' */
  readonly shadow?: string
  /**
   * Shells whose users may log in: a list of them, or the path of a shells(5) file such as `/etc/shells`. A user without a
   * shell has `/bin/sh`.
   * @default every shell that is not called nologin, false or null
   */
  readonly shells?: string | readonly string[]
  /**
   * Verifies traditional DES hashes too: the 13 characters that looked at no more than the first eight of a password. Without
   * it they are a fault of their user. @default false
   */
  readonly allowDes?: boolean
  /** The clock that accounts and passwords expire by, in milliseconds since the epoch. @default Date.now */
  readonly now?: () => number
}

/**
 * The accounts of the machine, as passwd(5) and shadow(5) describe them; both files are read again when either changes.
 * Locked, expired and disabled accounts, and passwords that have to be changed, are found as blocked users.
 *
 * Lines that are nobody's, or cannot be understood, become a process warning, `GATEWRIGHT_UNIX_LINES`.
 *
 * @throws {UnixError} `UNREADABLE`, `NOT_A_FILE`, `UNSAFE`, `TOO_LARGE`, at once and not at the first login
 * @throws {PortalError} `BAD_CONFIGURATION` for a wrong option
 */
export function unixUsers(options: UnixUsersOptions = {}): UserSource {
  const { name, paths, shells, allowDes, now } = checkOptions(options)
  let noticed: string | undefined

  const files = new AccountFiles(
    [paths.passwd, paths.shadow, ...(typeof shells === 'string' ? [shells] : [])],
    async ([passwd = NOTHING, shadow = NOTHING, listed = NOTHING]) => {
      const mayLogIn = typeof shells === 'string' ? shellsIn(listed) : shells
      const accounts = await Accounts.read(passwd, shadow, { paths, mayLogIn, allowDes })
      // Once, and again when there is something new to say.
      if (accounts.notice !== undefined && accounts.notice !== noticed) warn(accounts.notice)
      noticed = accounts.notice
      return accounts
    },
  )

  return {
    name,
    accepts: ['password'],
    async find(username): Promise<StoredUser | undefined> {
      const accounts = await files.current()
      const today = dayOf(now())
      // No comparison with NaN is true: every account that has expired would be open again.
      if (!Number.isSafeInteger(today)) throw bad('now() answered with no time')
      const prepared = prepareUsername(username)
      return prepared === undefined ? undefined : accounts.find(prepared, today)
    },
    async sample(): Promise<string | undefined> {
      return (await files.current()).sample
    },
  }
}

const NOTHING: Buffer = Buffer.alloc(0)

function warn(notice: string): void {
  process.emitWarning(notice, { type: 'GatewrightWarning', code: 'GATEWRIGHT_UNIX_LINES' })
}

/** The options, checked. */
interface Checked {
  readonly name: string
  readonly paths: AccountRules['paths']
  /** The rule, or the file that it is in. */
  readonly shells: ShellRule | string
  readonly allowDes: boolean
  readonly now: () => number
}

function checkOptions(options: UnixUsersOptions): Checked {
  const {
    name = 'unix',
    passwd = '/etc/passwd',
    shadow = '/etc/shadow',
    shells,
    allowDes = false,
    now = Date.now,
    ...others
  } = options
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) {
    throw bad(`unixUsers has no option '${unknown}'`, {
      hint: 'It has name, passwd, shadow, shells, allowDes and now.',
    })
  }
  if (typeof name !== 'string' || name === '') throw bad('name is a non-empty string')
  if (typeof allowDes !== 'boolean') throw bad('allowDes is true or false')
  if (typeof now !== 'function') throw bad('now is a function that answers with milliseconds')
  const paths = { passwd: checkPath('passwd', passwd), shadow: checkPath('shadow', shadow) }
  return { name, paths, shells: checkShells(shells), allowDes, now }
}

/** Absolute from now on: a server that changes its directory reads the same files. */
function checkPath(option: string, path: unknown): string {
  if (typeof path === 'string' && path !== '' && !path.includes('\0')) return resolve(path)
  throw bad(`${option} is the path of a file`)
}

function checkShells(shells: UnixUsersOptions['shells']): ShellRule | string {
  if (shells === undefined) return anyShell
  if (typeof shells === 'string') return checkPath('shells', shells)
  const isPath = (shell: unknown) => typeof shell === 'string' && shell.startsWith('/')
  if (Array.isArray(shells) && shells.length > 0 && shells.every(isPath)) return listedShells(shells)
  throw bad('shells is a list of shells, or the path of a file that lists them', {
    hint: "Such as ['/bin/sh', '/bin/bash'] or '/etc/shells'.",
  })
}

function bad(problem: string, details?: ErrorDetails): PortalError {
  return new PortalError('BAD_CONFIGURATION', problem, details)
}

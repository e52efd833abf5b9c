import { realpathSync, statSync } from 'node:fs'
import { lstat, realpath } from 'node:fs/promises'
import { basename, dirname, join, posix, relative, sep } from 'node:path'
import { SshError } from '../errors.ts'

/** Whether a symbolic link at the end of a path is followed, or is what is meant; it is only looked at, or may be changed. */
type Last = 'follow' | 'look' | 'change'

/** Everybody who is in one directory at once, whichever connection it is: by its real path. */
const queues = new Map<string, Promise<unknown>>()

/**
 * Leads paths of a client into one directory, and nowhere else. A path is resolved and used in one go, before anybody else
 * in the same directory may move something in between; and what was resolved is opened without following a link again.
 */
export class Jail {
  readonly #root: string

  /** @throws {SshError} `BAD_CONFIGURATION` when there is no such directory */
  constructor(root: string) {
    if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true) {
      throw new SshError('BAD_CONFIGURATION', `there is no directory ${root}`, {
        hint: 'It has to exist: nothing is made for it.',
      })
    }
    this.#root = realpathSync(root)
  }

  /** A path as the client sees it: absolute, without `.` and `..`. */
  seen(path: string): string {
    if (path.includes('\0')) throw missing()
    return posix.resolve('/', path)
  }

  /** Where a link points to, as the client sees it, if it may know. */
  target(path: string): Promise<string> {
    return this.enter(path, 'look', async (real) => {
      if (!(await lstat(real)).isSymbolicLink()) throw Object.assign(new Error('EINVAL'), { code: 'EINVAL' })
      return `/${relative(this.#root, this.#inside(await realpath(real))).replaceAll(sep, '/')}`
    })
  }

  /** Uses what a path leads to. What need not exist yet is the last part of it alone. */
  enter<Result>(path: string, last: Last, use: (real: string) => Promise<Result>): Promise<Result> {
    return this.#alone(async () => await use(await this.#real(path, last)))
  }

  enterBoth<Result>(from: string, to: string, use: (from: string, to: string) => Promise<Result>): Promise<Result> {
    return this.#alone(async () => await use(await this.#real(from, 'change'), await this.#real(to, 'change')))
  }

  async #real(path: string, last: Last): Promise<string> {
    const seen = this.seen(path)
    if (seen === '/') {
      // Nobody moves or removes what they stand on.
      if (last === 'change') throw Object.assign(new Error('EPERM'), { code: 'EPERM' })
      return this.#root
    }
    const parent = this.#inside(await realpath(join(this.#root, dirname(seen))))
    const whole = join(parent, basename(seen))
    if (last !== 'follow') return whole
    try {
      return this.#inside(await realpath(whole))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      // A new file, or a link to nowhere, which whoever opens it does not follow.
      return whole
    }
  }

  #inside(real: string): string {
    if (real === this.#root || real.startsWith(this.#root.endsWith(sep) ? this.#root : this.#root + sep)) return real
    throw missing()
  }

  async #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const before = queues.get(this.#root)
    const turn = (before ?? Promise.resolve()).then(work)
    const settled = turn.then(
      () => undefined,
      () => undefined,
    )
    queues.set(this.#root, settled)
    try {
      return await turn
    } finally {
      if (queues.get(this.#root) === settled) queues.delete(this.#root)
    }
  }
}

/** What lies outside is not there. */
const missing = (): Error => Object.assign(new Error('ENOENT'), { code: 'ENOENT' })

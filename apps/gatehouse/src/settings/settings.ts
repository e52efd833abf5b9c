import { dirname } from 'node:path'
import { UsageError } from '@gatewright/auth-option'
import type { ConfigFile } from './config-file.ts'
import type { Setting } from './setting.ts'

/** What was set where: the command line wins over the configuration file, key by key. */
export class Settings {
  readonly #given: Readonly<Record<string, unknown>>
  readonly #file: ConfigFile | undefined
  readonly #cwd: string

  /** @param given the options of the command line; `undefined` is not given */
  constructor(given: Readonly<Record<string, unknown>>, file: ConfigFile | undefined, cwd: string) {
    this.#given = given
    this.#file = file
    this.#cwd = cwd
  }

  /** @throws {UsageError} `BAD_OPTION`, naming the option, or the file and its key */
  get<T>(setting: Setting<T>): T {
    const { key, flags } = setting
    const onLine = { name: flags.split(' ', 1).join(), base: this.#cwd }
    if (Object.hasOwn(this.#given, key) && this.#given[key] !== undefined) {
      return setting.read(this.#given[key], onLine)
    }
    const file = this.#file
    if (file === undefined || !Object.hasOwn(file.values, key)) return setting.read(undefined, onLine)
    try {
      return setting.read(file.values[key], { name: key, base: dirname(file.path) })
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      throw new UsageError(error.code, `${file.name}: ${error.message}`, {
        ...(error.hint === undefined ? {} : { hint: error.hint }),
      })
    }
  }

  /**
   * Reads them all, so that what is wrong is told before anything is begun.
   * @throws {UsageError} as `get` does
   */
  check(settings: readonly Setting<unknown>[]): void {
    for (const setting of settings) this.get(setting)
  }
}

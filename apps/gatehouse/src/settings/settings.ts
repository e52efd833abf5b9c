import { dirname } from 'node:path'
import type { ConfigFile } from './config-file.ts'
import type { Origin, Setting } from './setting.ts'

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
    const { key } = setting
    if (this.isOption(setting)) return setting.read(this.#given[key], this.originOf(setting))
    return setting.read(this.#inFile(key)?.values[key], this.originOf(setting))
  }

  /** Whether it stands on the command line. */
  isOption({ key }: Setting<unknown>): boolean {
    return Object.hasOwn(this.#given, key) && this.#given[key] !== undefined
  }

  /** Where it was written, or would be. */
  originOf(setting: Setting<unknown>): Origin {
    const { key, flags } = setting
    const file = this.isOption(setting) ? undefined : this.#inFile(key)
    return file === undefined
      ? { name: flags.split(' ', 1).join(), base: this.#cwd }
      : { name: `${file.name}: ${key}`, base: dirname(file.path) }
  }

  /**
   * Reads them all, so that what is wrong is told before anything is begun.
   * @throws {UsageError} as `get` does
   */
  check(settings: readonly Setting<unknown>[]): void {
    for (const setting of settings) this.get(setting)
  }

  #inFile(key: string): ConfigFile | undefined {
    return this.#file !== undefined && Object.hasOwn(this.#file.values, key) ? this.#file : undefined
  }
}

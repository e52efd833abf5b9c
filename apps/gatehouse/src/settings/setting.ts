import { resolve } from 'node:path'
import { parseHost, parsePort, UsageError } from '@gatewright/auth-option'

/** Where a value was written. */
export interface Origin {
  /** For messages: `--port`, or `gatehouse.config.json: port`. */
  readonly name: string
  /** The directory that relative paths start from: the configuration file's, or the working directory. */
  readonly base: string
}

/** Something that can be set, by an option on the command line or by a key of the configuration file. */
export interface Setting<T> {
  /** The key; the option is the same in kebab-case. */
  readonly key: string
  /** As commander takes them: `--port <PORT>`. */
  readonly flags: string
  readonly help: string
  /** The option may be given more than once; the key holds a list. */
  readonly repeatable?: true
  /**
   * The value as the program wants it; `undefined` is what was set nowhere.
   * @throws {UsageError} `BAD_OPTION`
   */
  read(value: unknown, origin: Origin): T
}

/** A value of the wrong form. */
function misfit({ name }: Origin, expected: string): UsageError {
  return new UsageError('BAD_OPTION', `${name}: expected ${expected}`, {
    hint: 'gatehouse serve --help tells of each.',
  })
}

export function readText(value: unknown, origin: Origin): string {
  if (typeof value === 'string' && value !== '' && !value.includes('\0')) return value
  throw misfit(origin, 'a text')
}

/** Printable ASCII: what browsers make of other letters in a realm is their own. */
export function readRealm(value: unknown, origin: Origin): string {
  const realm = readText(value, origin)
  if (/^[ !#-[\]-~]{1,100}$/.test(realm)) return realm
  throw misfit(origin, '1 to 100 ASCII characters without quotes and backslashes')
}

export function readFlag(value: unknown, origin: Origin): boolean {
  if (value === undefined) return false
  if (typeof value === 'boolean') return value
  throw misfit(origin, 'true or false')
}

/** An absolute path. */
export function readPath(value: unknown, origin: Origin): string {
  return resolve(origin.base, readText(value, origin))
}

export function readTexts(value: unknown, origin: Origin): readonly string[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw misfit(origin, 'a list of texts')
  return value.map((item: unknown) => readText(item, origin))
}

export function readHost(value: unknown, origin: Origin): string {
  return parseHost(readText(value, origin), origin.name)
}

/** A configuration file has numbers, a command line has texts. */
export function readPort(value: unknown, origin: Origin): number {
  if (typeof value === 'number' || typeof value === 'string') return parsePort(String(value), origin.name)
  throw misfit(origin, 'a number')
}

import { realpathSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { UserSource } from '@gatewright/passwords'
import type { Checker } from '@gatewright/portal'
import { isRecord } from './installed-package.ts'
import type { InstalledChecker } from './manifest.ts'
import { codeOf } from './problem.ts'

/** What a plug-in is told beside its argument. */
export interface PluginContext {
  /** The name that the checker or source should carry: unique on this command line, and without secrets. */
  readonly name: string
  readonly type: string
  /** What relative paths in the argument are relative to. */
  readonly cwd: string
  /**
   * The server asks by HTTP Digest, which computes with the password itself: whoever is given passwords in plain text keeps
   * them readable, in memory, where another server's would be hashed and forgotten.
   * @default false
   */
  readonly digest?: boolean
}

/** What the module of a checker exports: at least one of the two. */
export interface CheckerPlugin {
  /** Makes a checker. Whatever it throws is shown as a mistake in the command line. */
  create?(argument: string, context: PluginContext): Checker | Promise<Checker>
  /**
   * Makes a user source. Preferred where there is one: all sources of a command line become a single checker, so that a
   * login costs one password derivation whichever of them knows the user.
   */
  source?(argument: string, context: PluginContext): UserSource | Promise<UserSource>
}

/**
 * The file of a manifest's `module`: a file of the package if there is one, else a subpath that the package exports (to
 * itself, by the conditions that this process runs with).
 *
 * @throws {Error} when there is neither, or when it lies outside the package
 */
export function moduleFile({ module, package: { name, directory } }: InstalledChecker): string {
  const file = join(directory, module)
  const found = isFile(file)
    ? file
    : createRequire(join(directory, 'package.json')).resolve(`${name}/${module.slice('./'.length)}`)
  const real = realpathSync(found)
  if (real.startsWith(directory + sep)) return real
  throw new Error('lies outside of the package')
}

/** Whether there is a file of this name. */
export function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/**
 * Imports a plug-in.
 * @throws {Error} whatever the module throws, and when it exports neither `create` nor `source`
 */
export async function importPlugin(file: string): Promise<CheckerPlugin> {
  const loaded: unknown = await import(/* @vite-ignore */ pathToFileURL(file).href)
  if (isPlugin(loaded)) return loaded
  // CommonJS whose exports could not be told by reading it.
  const whole: unknown = Object(loaded).default
  if (isPlugin(whole)) return whole
  throw new TypeError('it exports neither create(argument, context) nor source(argument, context)')
}

function isPlugin(value: unknown): value is CheckerPlugin {
  return isObject(value) && (typeof value.create === 'function' || typeof value.source === 'function')
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return isRecord(value) || typeof value === 'function'
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/**
 * What `create` made, if it is a checker.
 * @throws {TypeError} when it is not
 */
export function asChecker(value: unknown): Checker {
  if (isChecker(value)) return value
  throw new TypeError('create() made no checker: an object with name, accepts and check()')
}

function isChecker(value: unknown): value is Checker {
  if (!isRecord(value)) return false
  const { name, accepts, check } = value
  return (
    isText(name) && Array.isArray(accepts) && accepts.length > 0 && accepts.every(isText) && typeof check === 'function'
  )
}

/**
 * What `source` made, if it is a user source.
 * @throws {TypeError} when it is not
 */
export function asSource(value: unknown): UserSource {
  if (isSource(value)) return value
  throw new TypeError('source() made no user source: an object with name and find()')
}

function isSource(value: unknown): value is UserSource {
  return isRecord(value) && isText(value.name) && typeof value.find === 'function'
}

/** Why a module was not found, in the words of this package. */
export function notExported(error: unknown): boolean {
  const code = codeOf(error)
  return code === 'MODULE_NOT_FOUND' || code === 'ERR_PACKAGE_PATH_NOT_EXPORTED'
}

import { access, readFile } from 'node:fs/promises'
import { basename, extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { codeOf, messageOf, nearMiss } from '@gatewright/auth-option'
import { GatehouseError } from '../errors.ts'

/** A configuration file that was read. */
export interface ConfigFile {
  /** Absolute. */
  readonly path: string
  /** As it was given, for messages. */
  readonly name: string
  /** Nothing but known keys; their values are checked by whoever wants them. */
  readonly values: Readonly<Record<string, unknown>>
}

/** Looked for in the working directory, in this order. */
const DEFAULT_NAMES = ['gatehouse.config.ts', 'gatehouse.config.json']

/**
 * Reads the configuration file that was asked for, else the first of the default ones that exists.
 *
 * @param known the keys that it may have
 * @returns `undefined` when none was asked for and there is none
 * @throws {GatehouseError} `BAD_CONFIGURATION`
 */
export async function readConfigFile(
  wanted: string | undefined,
  { cwd, known }: { readonly cwd: string; readonly known: readonly string[] },
): Promise<ConfigFile | undefined> {
  const name = wanted ?? (await firstPresent(cwd))
  if (name === undefined) return undefined
  const path = resolve(cwd, name)
  const values = extname(path) === '.json' ? await readJson(path, name) : await importDefault(path, name)
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw bad(`${name}: the configuration is no object`, `Such as ${example(path)}`)
  }
  const unknown = Object.keys(values).filter((key) => !known.includes(key))
  if (unknown.length > 0) {
    const meant = unknown.map((key) => nearMiss(key, known)).find((key) => key !== undefined)
    throw bad(
      `${name}: there is no setting '${unknown.join("', '")}'`,
      `${meant === undefined ? '' : `Did you mean '${meant}'? `}There are ${known.join(', ')}.`,
    )
  }
  return { path, name, values: { ...values } }
}

async function firstPresent(cwd: string): Promise<string | undefined> {
  for (const name of DEFAULT_NAMES) {
    // Only what does not exist is passed over: one that may not be read must not quietly count for nothing.
    const missing = await access(resolve(cwd, name)).then(() => false, isMissing)
    if (!missing) return name
  }
  return undefined
}

async function readJson(path: string, name: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unreadable(name, error)
  })
  try {
    return JSON.parse(text)
  } catch {
    // What the parser says quotes the file, which may hold the secrets of an `auth` line.
    throw bad(`${name}: this is not JSON`, 'JSON has no comments, and no comma before a closing bracket.')
  }
}

/** TypeScript is Node's own business: types that can be erased are, nothing else is compiled. */
async function importDefault(path: string, name: string): Promise<unknown> {
  await access(path).catch((error: unknown) => {
    throw unreadable(name, error)
  })
  let loaded: { readonly default?: unknown }
  try {
    loaded = await import(/* @vite-ignore */ pathToFileURL(path).href)
  } catch (error) {
    const old = codeOf(error) === 'ERR_UNKNOWN_FILE_EXTENSION'
    const why = old ? `this Node (${process.version}) does not read TypeScript` : messageOf(error)
    const hint = old ? 'Node 22.18 and later do; or write gatehouse.config.json.' : `Try: node ${name}`
    throw bad(`${name}: ${why}`, hint, error)
  }
  if (loaded.default === undefined) throw bad(`${name}: there is no default export`, `Such as ${example(path)}`)
  return loaded.default
}

const example = (path: string): string =>
  extname(path) === '.json' ? '{ "port": 8000 }' : 'export default defineConfig({ port: 8000 })'

function unreadable(name: string, error: unknown): GatehouseError {
  const missing = isMissing(error)
  return missing
    ? bad(`${name}: there is no such file`, `Without --config, ${DEFAULT_NAMES.join(' or ')} is read if it is there.`)
    : bad(`${name}: it cannot be read (${codeOf(error) ?? basename(name)})`, 'Check its owner and its mode.', error)
}

const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT'

const bad = (problem: string, hint: string, cause?: unknown): GatehouseError =>
  new GatehouseError('BAD_CONFIGURATION', problem, cause === undefined ? { hint } : { hint, cause })

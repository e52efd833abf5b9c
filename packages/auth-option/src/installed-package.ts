import { readFileSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { codeOf } from './problem.ts'

/** A package on disk. */
export interface InstalledPackage {
  readonly name: string
  readonly version: string
  /** Its folder, symbolic links followed. */
  readonly directory: string
}

/** A package.json, unchecked but for being an object. */
export type PackageJson = Readonly<Record<string, unknown>>

/** devDependencies are left out: what builds and tests a program is not there when it is deployed. */
const FIELDS = ['dependencies', 'optionalDependencies', 'peerDependencies'] as const

/** As npm names packages; anything else, `../../elsewhere` first of all, is no folder to look into. */
const PACKAGE_NAME = /^(?:@[^/\\@%]+\/)?[^/\\@%._][^/\\@%]*$/

/** Whether a value of unknown origin is an object whose fields can be looked at. */
export function isRecord(value: unknown): value is PackageJson {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * The package.json in a folder, or `undefined` if there is none.
 * @throws {Error} when there is one that cannot be read, or that is not a JSON object
 */
export function readPackageJson(directory: string): PackageJson | undefined {
  let text: string
  try {
    text = readFileSync(join(directory, 'package.json'), 'utf8')
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new Error(`package.json cannot be read (${code ?? 'unknown reason'})`, { cause: error })
  }
  const json = parsed(text.replace(/^\ufeff/, ''))
  if (isRecord(json)) return json
  throw new Error('package.json is not a JSON object')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The names that a package.json depends on, where it runs. */
export function dependenciesOf(json: PackageJson): readonly string[] {
  const names = FIELDS.flatMap((field) => {
    const list = json[field]
    return isRecord(list) ? Object.keys(list) : []
  })
  return [...new Set(names)].filter((name) => PACKAGE_NAME.test(name))
}

/**
 * The folder of a dependency, found as Node finds it: in the `node_modules` of the dependant's folder and of every folder
 * above. Resolution by `exports` would not do, because a package need not export its package.json.
 */
export function findInstalled(name: string, dependant: string): string | undefined {
  for (const folder of upwards(dependant)) {
    if (basename(folder) === 'node_modules') continue
    try {
      const directory = realpathSync(join(folder, 'node_modules', name))
      if (readable(directory)) return directory
    } catch {
      // Not here: Node, too, looks one folder further up.
    }
  }
  return undefined
}

function readable(directory: string): boolean {
  try {
    return readPackageJson(directory) !== undefined
  } catch {
    return true // It is there; what is wrong with it is for the reader of its manifest to say.
  }
}

/** The folder itself, then each one above it. */
export function* upwards(from: string): Generator<string> {
  for (let folder = from; ; folder = dirname(folder)) {
    yield folder
    if (dirname(folder) === folder) return
  }
}

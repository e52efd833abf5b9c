import { dirname, isAbsolute, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  dependenciesOf,
  findInstalled,
  type InstalledPackage,
  type PackageJson,
  readPackageJson,
  upwards,
} from './installed-package.ts'
import { type InstalledChecker, type ManifestProblem, readManifest } from './manifest.ts'

/** Where to look for checkers. */
export interface DiscoverOptions {
  /** A file of the application, usually `import.meta.url` of its main module; its package is the nearest one above. */
  readonly from: string | URL
  /** The folder whose own package.json is searched too. @default process.cwd() */
  readonly cwd?: string
}

/** Everything that `--auth` can name, and what could not be understood. */
export interface InstalledCheckers {
  readonly checkers: readonly InstalledChecker[]
  readonly problems: readonly ManifestProblem[]
}

/**
 * Finds the checkers that the packages of an application and of a working directory provide, by their manifests alone:
 * nothing is imported. Searched are `dependencies`, `optionalDependencies` and `peerDependencies`, as far as they are
 * installed; of a package that both places have, the application's copy counts.
 *
 * @throws {TypeError} when `from` is neither a file URL nor an absolute path
 */
export function discoverCheckers({ from, cwd = process.cwd() }: DiscoverOptions): InstalledCheckers {
  const search = new Search()
  const application = applicationFolder(from)
  search.dependenciesOf(application)
  // Exactly this folder: one further up may belong to somebody else.
  if (resolve(cwd) !== application) search.dependenciesOf(resolve(cwd))
  return { checkers: search.checkers, problems: search.problems }
}

class Search {
  readonly checkers: InstalledChecker[] = []
  readonly problems: ManifestProblem[] = []
  readonly #folders = new Set<string>()
  readonly #names = new Set<string>()

  /** Adds what the dependencies of one package.json provide. */
  dependenciesOf(folder: string): void {
    const json = this.#read(folder, folder)
    if (json === undefined) return
    const earlier = new Set(this.#names)
    for (const dependency of dependenciesOf(json)) {
      const directory = findInstalled(dependency, folder)
      if (directory === undefined || this.#folders.has(directory)) continue
      this.#folders.add(directory)
      this.#add(dependency, directory, earlier)
    }
  }

  /** A package.json; one that cannot be read is a problem of whoever it belongs to. */
  #read(folder: string, owner: string): PackageJson | undefined {
    try {
      return readPackageJson(folder)
    } catch (error) {
      this.problems.push({ package: owner, problem: error instanceof Error ? error.message : String(error) })
      return undefined
    }
  }

  #add(dependency: string, directory: string, earlier: ReadonlySet<string>): void {
    const json = this.#read(directory, dependency)
    if (json === undefined) return
    const { name, version } = json
    const found: InstalledPackage = {
      // An alias (`"a": "npm:b@1"`) is installed under a name that is not its own.
      name: typeof name === 'string' ? name : dependency,
      version: typeof version === 'string' ? version : '',
      directory,
    }
    if (earlier.has(found.name)) return
    this.#names.add(found.name)
    const { checkers, problems } = readManifest(json, found)
    this.checkers.push(...checkers)
    this.problems.push(...problems)
  }
}

/** The folder of the application's package; build output may hold a bare `{"type": "module"}`, which is nobody's package. */
function applicationFolder(from: string | URL): string {
  const file = typeof from === 'string' && isAbsolute(from) ? from : fileURLToPath(from)
  for (const folder of upwards(dirname(file))) if (isApplication(folder)) return folder
  return dirname(file)
}

function isApplication(folder: string): boolean {
  try {
    const json = readPackageJson(folder)
    return json !== undefined && ('name' in json || dependenciesOf(json).length > 0)
  } catch {
    return true // Going on to one further up would search somebody else's; the search says what is wrong with this one.
  }
}

import { type InstalledPackage, isRecord, type PackageJson } from './installed-package.ts'
import { nearMiss } from './near-miss.ts'

/** A type of checker that an installed package provides, as its manifest says. */
export interface InstalledChecker {
  readonly type: string
  /** The kinds of credential it accepts. */
  readonly accepts: readonly string[]
  /** How its argument is written in help texts, `<path>`; absent when it takes none, in `[brackets]` when it may be left out. */
  readonly argument?: string
  /** The first line is the summary. */
  readonly help: string
  /** The argument holds secrets: it is kept out of names, and a warning says so when it stands on the command line. */
  readonly secret: boolean
  /** The module that makes it: a file of the package, or a subpath that the package exports. */
  readonly module: string
  readonly package: InstalledPackage
}

/** What is wrong with the manifest of one package. */
export interface ManifestProblem {
  readonly package: string
  /** What would have been provided, if that much can be told. */
  readonly type?: string
  /** Names the field: `gatewright.checkers[0].module is missing`. */
  readonly problem: string
}

export interface Manifest {
  readonly checkers: readonly InstalledChecker[]
  readonly problems: readonly ManifestProblem[]
}

/** No colon, because the first one ends the type; no dot or slash in front, because those begin a path. */
const TYPE = /^[a-z][a-z0-9._-]{0,63}$/i

type Rule = readonly [accepts: (value: unknown) => boolean, says: string]

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== ''

const REQUIRED: ReadonlyMap<string, Rule> = new Map([
  ['type', [(value) => typeof value === 'string' && TYPE.test(value), 'a word of letters, digits, ".", "_" and "-"']],
  [
    'accepts',
    [(value) => Array.isArray(value) && value.length > 0 && value.every(isText), 'a list of credential kinds'],
  ],
  ['help', [isText, 'a text']],
  ['module', [isOwnPath, 'a path that starts with "./" and stays within the package']],
])
const OPTIONAL: ReadonlyMap<string, Rule> = new Map([
  ['argument', [(value) => isText(value) && !/[\r\n]/.test(value), 'a text of one line']],
  ['secret', [(value) => typeof value === 'boolean', 'true or false']],
])

const FIELDS = [...REQUIRED.keys(), ...OPTIONAL.keys()]

/** Reads what a package says about its checkers. What is wrong is listed, never thrown: other packages are none the worse for it. */
export function readManifest(json: PackageJson, where: InstalledPackage): Manifest {
  const { gatewright } = json
  if (gatewright === undefined) return { checkers: [], problems: [] }
  const entries = isRecord(gatewright) ? gatewright.checkers : undefined
  if (isRecord(gatewright) && entries === undefined) return { checkers: [], problems: [] }
  if (!Array.isArray(entries)) {
    return { checkers: [], problems: [{ package: where.name, problem: 'gatewright.checkers must be a list' }] }
  }
  const checkers = new Map<string, InstalledChecker>()
  const problems: ManifestProblem[] = []
  for (const [index, entry] of entries.entries()) {
    const at = `gatewright.checkers[${index}]`
    const checker = asChecker(entry, where)
    if (typeof checker !== 'string' && !checkers.has(checker.type)) {
      checkers.set(checker.type, checker)
      continue
    }
    const type: unknown = isRecord(entry) ? entry.type : undefined
    problems.push({
      package: where.name,
      ...(typeof type === 'string' && TYPE.test(type) ? { type } : {}),
      problem: typeof checker === 'string' ? `${at}${checker}` : `${at}.type is provided by an earlier entry already`,
    })
  }
  return { checkers: [...checkers.values()], problems }
}

/** One entry of the list, or what is wrong with it, beginning with the field. */
function asChecker(entry: unknown, where: InstalledPackage): InstalledChecker | string {
  if (!isRecord(entry)) return ' must be an object'
  // A misspelt `secret` must not quietly put secrets into names and logs; what a later version adds is no concern of ours.
  for (const field of Object.keys(entry).filter((name) => !FIELDS.includes(name))) {
    const meant = nearMiss(field, FIELDS)
    if (meant !== undefined) return `.${field} is no field known here; is it meant to be ${meant}?`
  }
  for (const [field, [valid, says]] of REQUIRED) {
    if (!Object.hasOwn(entry, field)) return `.${field} is missing`
    if (!valid(entry[field])) return `.${field} must be ${says}`
  }
  for (const [field, [valid, says]] of OPTIONAL) {
    if (Object.hasOwn(entry, field) && !valid(entry[field])) return `.${field} must be ${says}`
  }
  const { type, accepts, argument, help, secret, module } = entry as Omit<InstalledChecker, 'secret'> & {
    readonly secret?: boolean
  }
  return {
    type,
    accepts: [...accepts],
    ...(argument === undefined ? {} : { argument }),
    help,
    secret: secret === true,
    module,
    package: where,
  }
}

/** `./plugin`, `./dist/plugin.js`: nothing that could lead out of the package. */
function isOwnPath(value: unknown): boolean {
  if (typeof value !== 'string' || !value.startsWith('./') || /[\\%\0]/.test(value)) return false
  return value
    .slice(2)
    .split('/')
    .every((part) => part !== '' && part !== '.' && part !== '..')
}

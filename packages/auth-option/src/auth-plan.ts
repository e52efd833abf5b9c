import { resolve } from 'node:path'
import type { CredentialKind } from '@gatewright/portal'
import { type Environment, readArgument } from './argument.ts'
import { type AuthSpec, parseAuthSpec } from './auth-spec.ts'
import type { InstalledCheckers } from './discover-checkers.ts'
import { UsageError } from './errors.ts'
import type { InstalledChecker } from './manifest.ts'
import { nearMiss } from './near-miss.ts'
import { isFile, moduleFile, notExported } from './plugin.ts'
import { printable } from './printable.ts'
import { messageOf } from './problem.ts'

/** One `--auth`, understood: nothing of it has been imported yet. */
export interface AuthPlan {
  readonly type: string
  /** How errors call it: `the checker 'memory' of @gatewright/checker-memory`. */
  readonly label: string
  readonly argument: string
  /** Nothing that could be made of the argument may be shown. */
  readonly hidden: boolean
  /** A secret that every process list shows. */
  readonly exposed: boolean
  readonly file: string
  /** What to do when it refuses its argument. */
  readonly hint: string
  /** What to do when it cannot be loaded. */
  readonly remedy: string
}

const REINSTALL = 'Reinstall the package; if that does not help, tell its authors.'

/**
 * Understands one `--auth`.
 * @throws {UsageError} every code but `BROKEN_PLUGIN`, `BAD_OPTION` and `BAD_REQUIREMENT`
 */
export async function planAuth(
  text: string,
  installed: () => InstalledCheckers,
  { supports, cwd, env }: { supports: readonly CredentialKind[]; cwd: string; env: Environment },
): Promise<AuthPlan> {
  const spec = parseAuthSpec(text)
  if (spec.outright) return await planModule(spec, cwd, env)
  const checker = findChecker(spec.type, installed())
  if (!usable(checker, supports)) throw unsupported(`'${checker.type}'`, checker.accepts, supports)
  const argument = await readArgument(spec, cwd, env)
  checkArgument(checker, argument)
  return {
    type: checker.type,
    label: `the checker '${checker.type}' of ${printable(checker.package.name)}`,
    argument,
    hidden: argument !== '' && (checker.secret || spec.from !== 'literal'),
    exposed: checker.secret && spec.from === 'literal' && argument !== '',
    file: installedFile(checker),
    hint: `Its form is ${usageOf(checker).replace(/[<>]/g, '')}; --help-auth-type ${checker.type} tells more.`,
    remedy: REINSTALL,
  }
}

async function planModule(spec: AuthSpec, cwd: string, env: Environment): Promise<AuthPlan> {
  const file = resolve(cwd, spec.type)
  const shown = printable(spec.type)
  if (!isFile(file)) {
    throw new UsageError('UNKNOWN_TYPE', `there is no module ${shown}`, {
      hint: 'The path is taken from the working directory, and ends at the first colon.',
    })
  }
  const argument = await readArgument(spec, cwd, env)
  return {
    type: spec.type,
    label: `the module ${shown}`,
    argument,
    // Without a manifest, nobody says whether it is a secret.
    hidden: argument !== '',
    exposed: false,
    file,
    hint: 'Such a module exports create(argument, context), which returns a checker.',
    remedy: `It needs: export const create = (argument) => myChecker(argument). If it has that, node ${shown} shows where it fails.`,
  }
}

/**
 * The one checker of a type.
 * @throws {UsageError} `UNKNOWN_TYPE`, `AMBIGUOUS_TYPE` or `BAD_MANIFEST`
 */
export function findChecker(type: string, { checkers, problems }: InstalledCheckers): InstalledChecker {
  const [found, ...others] = checkers.filter((checker) => checker.type === type)
  if (found === undefined) {
    const broken = problems.find((problem) => problem.type === type)
    if (broken === undefined) throw unknownType(type, [...new Set(checkers.map((checker) => checker.type))])
    throw new UsageError('BAD_MANIFEST', `'${type}': ${printable(broken.package)}: ${printable(broken.problem)}`, {
      hint: 'The mistake is in the package.json of that package; tell its authors, or use another.',
    })
  }
  if (others.length === 0) return found
  const providers = [found, ...others].map(({ package: { name, version } }) => printable(`${name} ${version}`.trim()))
  throw new UsageError('AMBIGUOUS_TYPE', `the type '${type}' is provided by ${providers.join(' and by ')}`, {
    hint: 'Uninstall all but one, or name the file of its module: --auth ./node_modules/PACKAGE/FILE.js:ARG.',
  })
}

function unknownType(type: string, installed: readonly string[]): UsageError {
  const meant = nearMiss(type, installed)
  // Only what can be the name of a package belongs into a command that people copy.
  const install = /^[a-z0-9][a-z0-9-]{0,63}$/.test(type) ? `npm install @gatewright/checker-${type}` : undefined
  const list = installed.length === 0 ? 'none is' : `there are ${installed.join(', ')}`
  return new UsageError('UNKNOWN_TYPE', `no checker of type '${printable(type, 64)}' is installed; ${list}`, {
    hint: /\.[cm]?[jt]s$/.test(type)
      ? `A module of your own is named by a path that begins with ./ or /: --auth ./${printable(type, 64)}:ARG.`
      : meant === undefined
        ? `--help-auth lists them${install === undefined ? '.' : `; a missing one may come with: ${install}`}`
        : `Did you mean '${meant}'?${install === undefined ? '' : ` Else: ${install}`}`,
  })
}

/** Whether a server that understands these kinds can use a checker. */
export function usable(
  { accepts }: { readonly accepts: readonly string[] },
  supports: readonly CredentialKind[],
): boolean {
  return supports.some((kind) => accepts.includes(kind))
}

/** This server has no way to ask for what the checker accepts. */
export function unsupported(who: string, accepts: readonly string[], supports: readonly CredentialKind[]): UsageError {
  const kinds = printable(accepts.join(', '))
  return new UsageError(
    'UNSUPPORTED_TYPE',
    `${who} accepts ${kinds}, and this server understands ${supports.join(', ')}`,
    {
      hint: '--help-auth lists the types that this server can use.',
    },
  )
}

/** `file:<path>`, `anonymous`, `ldap[:<url>]`. */
export function usageOf({ type, argument }: InstalledChecker): string {
  if (argument === undefined) return type
  const form = printable(argument, 100)
  return form.startsWith('[') && form.endsWith(']') ? `${type}[:${form.slice(1, -1)}]` : `${type}:${form}`
}

function checkArgument({ type, argument: form }: InstalledChecker, argument: string): void {
  if (form === undefined && argument !== '') {
    throw new UsageError('BAD_ARGUMENT', `'${type}' takes no argument`, { hint: `Write --auth ${type}` })
  }
  if (form !== undefined && !form.startsWith('[') && argument === '') {
    throw new UsageError('BAD_ARGUMENT', `'${type}' needs an argument`, {
      hint: `Write --auth ${printable(`${type}:${form}`)}`,
    })
  }
}

function installedFile(checker: InstalledChecker): string {
  try {
    return moduleFile(checker)
  } catch (error) {
    const where = printable(`${checker.package.name}: gatewright.checkers module '${checker.module}'`)
    const why = notExported(error) ? 'is neither a file of the package nor exported by it' : messageOf(error)
    throw new UsageError('BAD_MANIFEST', `'${checker.type}': ${where} ${why}`, {
      cause: error,
      hint: REINSTALL,
    })
  }
}

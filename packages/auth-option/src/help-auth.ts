import type { CredentialKind } from '@gatewright/portal'
import { findChecker, usable, usageOf } from './auth-plan.ts'
import type { InstalledCheckers } from './discover-checkers.ts'
import type { InstalledChecker } from './manifest.ts'
import { printable, printableLines } from './printable.ts'

/**
 * The text of `--help-auth`: every installed type that this server can use, in aligned columns, and which packages could
 * not be understood. It ends with a newline.
 */
export function helpAuth(installed: InstalledCheckers, supports: readonly CredentialKind[]): string {
  const ambiguous = new Set(providedTwice(installed).map(([type]) => type))
  const rows = installed.checkers
    .filter((checker) => usable(checker, supports) && !ambiguous.has(checker.type))
    .map((checker) => [usageOf(checker), summaryOf(checker)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const width = Math.max(0, ...rows.map(([usage]) => usage.length))
  return lines(
    'Who may log in is decided by checkers: --auth TYPE or --auth TYPE:ARG, repeatable, asked in order.',
    '',
    ...(rows.length === 0
      ? ['No installed package provides a checker that this server can use.']
      : rows.map(([usage, summary]) => `  ${usage.padEnd(width)}  ${summary}`.trimEnd())),
    '',
    '--help-auth-type TYPE tells all about one of them.',
    '@env:NAME or @file:PATH in place of ARG keeps it off the command line.',
    './my-checker.js:ARG in place of TYPE:ARG names a module of your own.',
    ...trouble(installed),
  )
}

/**
 * The text of `--help-auth-type TYPE`: usage, kinds, package, and the whole help. It ends with a newline. Of `TYPE:ARG`, as
 * `--auth` takes it, the argument is passed over.
 *
 * @throws {UsageError} `UNKNOWN_TYPE`, `AMBIGUOUS_TYPE` or `BAD_MANIFEST`
 */
export function helpAuthType(type: string, installed: InstalledCheckers, supports: readonly CredentialKind[]): string {
  const checker = findChecker(type.split(':', 1).join(), installed)
  const { name, version } = checker.package
  return lines(
    `--auth ${usageOf(checker)}`,
    '',
    ...printableLines(checker.help.trim()).map((line) => (line === '' ? '' : `  ${line}`)),
    '',
    `  accepts  ${printable(checker.accepts.join(', '))}`,
    `  package  ${printable(`${name} ${version}`.trim())}`,
    ...(checker.secret ? ['  secret   yes: give the argument as @env:NAME or @file:PATH'] : []),
    ...(usable(checker, supports) ? [] : ['', `This server cannot use it: it understands ${supports.join(', ')}.`]),
  )
}

function summaryOf({ help }: InstalledChecker): string {
  return printableLines(help.trim())[0] ?? ''
}

/** What nobody would otherwise learn: a package that is installed and cannot be used. */
function trouble(installed: InstalledCheckers): readonly string[] {
  const said = [
    ...installed.problems.map(({ package: name, problem }) => `${name}: ${problem}`),
    ...providedTwice(installed).map(([type, names]) => `'${type}' is provided by ${names.join(' and by ')}`),
  ]
  return said.length === 0 ? [] : ['', 'Cannot be used:', ...said.map((line) => `  ${printable(line)}`)]
}

/** The types that more than one package provides, and by which. */
function providedTwice({
  checkers,
}: InstalledCheckers): readonly (readonly [type: string, names: readonly string[]])[] {
  const providers = Map.groupBy(checkers, ({ type }) => type)
  return [...providers]
    .filter(([, found]) => found.length > 1)
    .map(([type, found]) => [type, found.map((checker) => checker.package.name)] as const)
}

const lines = (...text: readonly string[]): string => `${text.join('\n')}\n`

import type { UserSource } from '@gatewright/passwords'
import { type Checker, type CredentialKind, GatewrightError } from '@gatewright/portal'
import type { Environment } from './argument.ts'
import { type AuthPlan, planAuth, unsupported, usable } from './auth-plan.ts'
import { type DiscoverOptions, discoverCheckers, type InstalledCheckers } from './discover-checkers.ts'
import { UsageError } from './errors.ts'
import { asChecker, asSource, type CheckerPlugin, importPlugin, type PluginContext } from './plugin.ts'
import { printable } from './printable.ts'
import { codeOf, hintOf, messageOf } from './problem.ts'
import { Names, renamed } from './renamed.ts'

/** What the specs are understood against. */
export interface LoadAuthOptions extends DiscoverOptions {
  /** The kinds of credential that this server can ask its clients for. */
  readonly supports: readonly CredentialKind[]
  /** Where `@env:NAME` is looked up. @default process.env */
  readonly env?: Environment
}

/** The checkers of a command line. */
export interface LoadedAuth {
  /** In the order of the command line; hand them to `createPortal`, whose `close()` closes them. */
  readonly checkers: readonly Checker[]
  /** The user sources among them, in their order; together they are one of the checkers. */
  readonly sources: readonly UserSource[]
  /** One line each, about what works and should not be done. */
  readonly warnings: readonly string[]
}

/**
 * Makes the checkers that `--auth` asks for. All specs are understood before the first module is imported, and when one
 * cannot be made, those made before it are closed again.
 *
 * @throws {UsageError} with a hint, every code but `BAD_OPTION` and `BAD_REQUIREMENT`
 */
export async function loadAuth(specs: readonly string[], options: LoadAuthOptions): Promise<LoadedAuth> {
  const { supports, from, cwd = process.cwd(), env = process.env } = options
  let found: InstalledCheckers | undefined
  const installed = () => {
    found ??= discoverCheckers({ from, cwd })
    return found
  }
  const plans: AuthPlan[] = []
  for (const spec of specs) plans.push(await planAuth(spec, installed, { supports, cwd, env }))

  const names = new Names()
  const chain: (Checker | undefined)[] = []
  const sources: UserSource[] = []
  try {
    for (const plan of plans) {
      const made = await makeAuth(plan, { name: names.unique(nameOf(plan)), type: plan.type, cwd })
      if ('checker' in made) {
        chain.push(made.checker)
        if (!usable(made.checker, supports)) throw unsupported(plan.label, made.checker.accepts, supports)
      } else {
        // The place of the first source is the place of them all.
        if (sources.push(made.source) === 1) chain.push(undefined)
      }
    }
    const users = sources.length === 0 ? undefined : await usersOf(sources, supports)
    return {
      checkers: chain.flatMap((checker) => checker ?? users ?? []),
      sources,
      warnings: [...new Set(plans.filter(({ exposed }) => exposed).map(({ type }) => exposure(type)))],
    }
  } catch (error) {
    // What is shown is the first thing that went wrong, not what the clearing up ran into.
    await Promise.allSettled([...chain, ...sources].map(async (made) => await closing(made)))
    throw error
  }
}

/** One checker for all sources, so that no login is slower for being known to a later one. */
async function usersOf(sources: readonly UserSource[], supports: readonly CredentialKind[]): Promise<Checker> {
  // Imported when it is needed: help texts need no password library.
  const { userChecker } = await import('@gatewright/passwords')
  const users = userChecker(...sources)
  if (usable(users, supports)) return users
  throw unsupported('a user source', users.accepts, supports)
}

async function makeAuth(
  plan: AuthPlan,
  context: PluginContext,
): Promise<{ readonly checker: Checker } | { readonly source: UserSource }> {
  let plugin: CheckerPlugin
  try {
    plugin = await importPlugin(plan.file)
  } catch (error) {
    throw new UsageError('BROKEN_PLUGIN', `${plan.label} cannot be loaded: ${messageOf(error)}`, {
      cause: error,
      hint: plan.remedy,
    })
  }
  try {
    if (plugin.source) return { source: renamed(asSource(await plugin.source(plan.argument, context)), context.name) }
    return { checker: renamed(asChecker(await plugin.create?.(plan.argument, context)), context.name) }
  } catch (error) {
    throw refusal(plan, error)
  }
}

/** What a plug-in threw, without the cause: an inspected cause could show the argument. */
function refusal({ label, argument, hidden, hint }: AuthPlan, error: unknown): UsageError {
  if (!hidden || isDiscreet(error, argument)) {
    return new UsageError('BROKEN_PLUGIN', `${label}: ${messageOf(error)}`, { hint: hintOf(error) ?? hint })
  }
  const what = [error instanceof Error ? printable(error.name, 64) : 'something that is no error', codeOf(error)]
  return new UsageError('BROKEN_PLUGIN', `${label} failed (${what.filter((word) => word !== undefined).join(' ')})`, {
    hint: `What it said could repeat its argument, which is kept secret. ${hint}`,
  })
}

/** Our own packages keep secrets out of their errors; of others nobody knows. */
function isDiscreet(error: unknown, argument: string): boolean {
  if (argument === '') return true
  if (!(error instanceof GatewrightError)) return false
  return !`${messageOf(error)} ${hintOf(error) ?? ''}`.includes(printable(argument))
}

/** Shown in every line of the log, so neither long nor secret. */
function nameOf({ type, argument, hidden }: AuthPlan): string {
  return printable(hidden || argument === '' ? type : `${type}:${argument}`, 100)
}

function exposure(type: string): string {
  return `the argument of --auth ${type} is in every process list; ${type}:@env:NAME or ${type}:@file:PATH would keep it secret`
}

/** Closes what has an end. The contract gives sources none, but a database handle has one. */
async function closing(made: Checker | UserSource | undefined): Promise<void> {
  const close: unknown = made === undefined ? undefined : Reflect.get(made, 'close')
  if (typeof close === 'function') await Reflect.apply(close, made, [])
}

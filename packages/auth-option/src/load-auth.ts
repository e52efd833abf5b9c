import type { UserSource } from '@gatewright/passwords'
import type { Checker, CredentialKind } from '@gatewright/portal'
import type { Environment } from './argument.ts'
import { type AuthPlan, planAuth, unsupported, usable } from './auth-plan.ts'
import { type DiscoverOptions, discoverCheckers, type InstalledCheckers } from './discover-checkers.ts'
import { UsageError } from './errors.ts'
import { joinSources, type Made } from './join-sources.ts'
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
  /** Whether the specs stand on a command line, where every process list shows them, and not in a file. @default true */
  readonly inProcessList?: boolean
  /** Whether passwords that are given in plain text stay readable, in memory, for HTTP Digest. @default false */
  readonly digest?: boolean
  /**
   * Users of the application's own. They stand before the first source of the specs, and last of all where there is none,
   * so that a gate before the sources is a gate before them. Called when everything else is made; who calls `loadAuth` closes
   * what stands behind it.
   */
  readonly ownSource?: () => UserSource | Promise<UserSource>
}

/** The checkers of a command line. */
export interface LoadedAuth {
  /** In the order of the specs; hand them to `createPortal`, whose `close()` closes them. */
  readonly checkers: readonly Checker[]
  /** The user sources of the specs, in their order; those that stand next to each other are one of the checkers. */
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
  const {
    supports,
    from,
    cwd = process.cwd(),
    env = process.env,
    inProcessList = true,
    digest = false,
    ownSource,
  } = options
  let found: InstalledCheckers | undefined
  const installed = () => {
    found ??= discoverCheckers({ from, cwd })
    return found
  }
  const plans: AuthPlan[] = []
  for (const spec of specs) plans.push(await planAuth(spec, installed, { supports, cwd, env }))

  const names = new Names()
  const chain: Made[] = []
  try {
    for (const plan of plans) {
      const made = await makeAuth(plan, { name: names.unique(nameOf(plan)), type: plan.type, cwd, digest })
      chain.push(made)
      if ('checker' in made && !usable(made.checker, supports)) {
        throw unsupported(plan.label, made.checker.accepts, supports)
      }
    }
    const own = await ownSource?.()
    const { checkers, warnings } = await joinSources(
      own === undefined ? chain : withOwn(chain, renamed(own, names.unique(own.name))),
      supports,
    )
    const exposed = plans.filter((plan) => plan.exposed && inProcessList).map(({ type }) => exposure(type))
    return {
      checkers,
      sources: chain.flatMap((made) => ('source' in made ? made.source : [])),
      warnings: [...new Set(exposed), ...warnings],
    }
  } catch (error) {
    // What is shown is the first thing that went wrong, not what the clearing up ran into.
    await Promise.allSettled(
      chain.map(async (made) => await ('checker' in made ? made.checker : made.source).close?.()),
    )
    throw error
  }
}

function withOwn(chain: readonly Made[], source: UserSource): readonly Made[] {
  const first = chain.findIndex((made) => 'source' in made)
  return chain.toSpliced(first < 0 ? chain.length : first, 0, { source })
}

async function makeAuth(plan: AuthPlan, context: PluginContext): Promise<Made> {
  let plugin: CheckerPlugin
  try {
    plugin = await importPlugin(plan.file)
  } catch (error) {
    // It has seen no argument yet, so its words can repeat none.
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

/**
 * What a plug-in threw, without the cause: an inspected cause could show the argument. Words are repeated only when the
 * argument may be: an error that quotes one part of a URL, or one line of a list, can be told from others by nobody.
 */
function refusal({ label, hidden, hint }: AuthPlan, error: unknown): UsageError {
  if (!hidden) {
    return new UsageError('BROKEN_PLUGIN', `${label}: ${messageOf(error)}`, { hint: hintOf(error) ?? hint })
  }
  const what = [error instanceof Error ? printable(error.name, 64) : 'something that is no error', codeOf(error)]
  return new UsageError('BROKEN_PLUGIN', `${label} failed (${what.filter((word) => word !== undefined).join(' ')})`, {
    hint: `${hint} What it said is not shown: it could repeat the argument, which is kept secret.`,
  })
}

/** Shown in every line of the log, so neither long nor secret. */
function nameOf({ type, argument, hidden }: AuthPlan): string {
  return printable(hidden || argument === '' ? type : `${type}:${argument}`, 100)
}

function exposure(type: string): string {
  return `the argument of --auth ${type} is in every process list; ${type}:@env:NAME or ${type}:@file:PATH would keep it secret`
}

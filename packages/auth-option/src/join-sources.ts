import type { UserSource } from '@gatewright/passwords'
import type { Checker, CredentialKind } from '@gatewright/portal'
import { unsupported, usable } from './auth-plan.ts'

/** What an `--auth` was made into. */
export type Made = { readonly checker: Checker } | { readonly source: UserSource }

/** Sources that one checker asks, and the checkers of others that stand behind the place of that one. */
interface Run {
  readonly sources: UserSource[]
  readonly behind: Checker[]
}

/**
 * The checkers of a chain. Sources next to each other become one, in the place of the first of them, so that no login is
 * slower for being known to a later one. Whoever stands between two sources and accepts what they accept keeps them apart:
 * a gate is never walked around. Then each side is a checker, and a warning says what that gives away.
 */
export async function joinSources(
  chain: readonly Made[],
  supports: readonly CredentialKind[],
): Promise<{ readonly checkers: readonly Checker[]; readonly warnings: readonly string[] }> {
  const places: (Checker | Run)[] = []
  const runs: Run[] = []
  const between = new Set<string>()
  for (const made of chain) {
    let run = runs.at(-1)
    if ('checker' in made) {
      places.push(made.checker)
      run?.behind.push(made.checker)
      continue
    }
    const separators = run === undefined ? [] : separatorsOf(run, made.source)
    for (const { name } of separators) between.add(name)
    if (run === undefined || separators.length > 0) {
      run = { sources: [], behind: [] }
      runs.push(run)
      places.push(run)
    }
    run.sources.push(made.source)
  }
  return {
    checkers: await Promise.all(
      places.map(async (place) => ('sources' in place ? await usersOf(place.sources, supports) : place)),
    ),
    warnings: shareAKind(runs) ? [timing(runs, [...between])] : [],
  }
}

/** As `userChecker` takes them. */
const kindsOf = ({ accepts }: UserSource): readonly CredentialKind[] => accepts ?? ['password', 'digest']

/** Who would be asked too late if a source joined a run. One checker asks all its sources for each kind that any accepts. */
function separatorsOf({ sources, behind }: Run, source: UserSource): readonly Checker[] {
  const kinds = new Set([...sources, source].flatMap(kindsOf))
  return behind.filter(({ accepts }) => accepts.some((kind) => kinds.has(kind)))
}

/** Whether a credential can be asked of more than one. */
function shareAKind(runs: readonly Run[]): boolean {
  const kinds = runs.flatMap(({ sources }) => [...new Set(sources.flatMap(kindsOf))])
  return new Set(kinds).size < kinds.length
}

function timing(runs: readonly Run[], between: readonly string[]): string {
  const apart = runs.map(({ sources }) => sources.map(({ name }) => name).join(' with ')).join(' and ')
  return (
    `the users of ${apart} are checked apart, because of ${between.join(' and ')} between them: the time that a ` +
    'login takes tells which names exist; give all --auth that list users next to each other'
  )
}

async function usersOf(sources: readonly UserSource[], supports: readonly CredentialKind[]): Promise<Checker> {
  // Imported when it is needed: help texts need no password library.
  const { userChecker } = await import('@gatewright/passwords')
  const users = userChecker(...sources)
  if (usable(users, supports)) return users
  throw unsupported('a user source', users.accepts, supports)
}

import {
  type Attempt,
  accept,
  type Checker,
  type DigestCredential,
  type PasswordCredential,
  PortalError,
  pass,
  reject,
  type Verdict,
} from '@gatewright/portal'
import { Decoy } from './decoy.ts'
import type { Recipe } from './format.ts'
import { recipeOf } from './formats.ts'
import { ha1For } from './ha1.ts'
import { Rehasher } from './rehash.ts'
import { asStoredUser } from './stored-user.ts'
import type { StoredUser, UserSource } from './user-source.ts'
import { matches } from './verify.ts'

/** A user, and where it was found. */
interface Known {
  readonly user: StoredUser
  readonly source: UserSource
}

/**
 * One checker over any number of sources, asked in order: the first that knows the user decides. Every password attempt
 * costs exactly one derivation, whoever knows the user and whether or not anybody does; chained checkers would tell user
 * names by the time they take. A right password whose stored string is stale costs one more, to replace it.
 *
 * Facts of an acceptance: `source`, the name of the source; `rehash`, how replacing a stale string went.
 *
 * @throws {PortalError} `BAD_CONFIGURATION` without a source, and for two of one name
 */
export function userChecker(...sources: UserSource[]): Checker<'password' | 'digest'> {
  checkSources(sources)
  const decoy = new Decoy(sources)
  const rehashers = new Map(sources.map((source) => [source, new Rehasher(source)]))

  /** A source that throws ends the attempt: a later source must not decide about somebody else's user. */
  async function find(username: string, attempt: Attempt): Promise<Known | undefined> {
    for (const source of sources) {
      const user = asStoredUser(await source.find(username, attempt), source.name)
      if (user) return { user, source }
    }
    return undefined
  }

  async function checkPassword({ username, password }: PasswordCredential, attempt: Attempt): Promise<Verdict> {
    const nobodys = await decoy.current()
    const known = await find(username, attempt)
    const stored = known?.user.password
    let recipe: Recipe
    let fault: unknown
    try {
      recipe = recipeOf(stored ?? nobodys)
      decoy.seen(stored ?? nobodys)
    } catch (error) {
      fault = error
      recipe = recipeOf(nobodys)
    }
    // Whatever is known by now, this is done: its time must not tell who exists, who is blocked, or whose line is broken.
    const right = await matches(recipe, password, attempt)
    if (!known) return pass()
    const { user, source } = known
    if (user.blocked !== undefined) return reject(user.blocked)
    if (fault !== undefined) throw fault
    if (stored === undefined) return reject('no password stored')
    if (!right) return reject('wrong password')
    const rehash = recipe.weak ? await rehashers.get(source)?.renew(user.id, stored, password, attempt) : undefined
    return accept(user.id, rehash === undefined ? { source: source.name } : { source: source.name, rehash })
  }

  async function checkDigest(credential: DigestCredential, attempt: Attempt): Promise<Verdict> {
    const known = await find(credential.username, attempt)
    const { hash, real } = ha1For(known?.user, credential)
    // Compared with `true`, here and whatever is known: a truthy answer is no proof.
    const right = credential.verify(hash) === true
    if (!known) return pass()
    const { user, source } = known
    if (user.blocked !== undefined) return reject(user.blocked)
    if (!real) return reject('no digest stored for this realm and algorithm')
    return right ? accept(user.id, { source: source.name }) : reject('wrong password')
  }

  const [first, ...others] = sources.map(({ name }) => name)
  return {
    name: first !== undefined && others.length === 0 ? first : `users(${[first, ...others].join(',')})`,
    accepts: KINDS.filter((kind) => sources.some(({ accepts }) => accepts?.includes(kind) ?? true)),
    check: (credential, attempt) =>
      credential.kind === 'digest' ? checkDigest(credential, attempt) : checkPassword(credential, attempt),
    async close(): Promise<void> {
      const ends = await Promise.allSettled(sources.map(async (source) => source.close?.()))
      const failures = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))
      if (failures.length > 0) throw new AggregateError(failures, 'not every source of users could be closed')
    },
  }
}

const KINDS = ['password', 'digest'] as const

function checkSources(sources: readonly UserSource[]): void {
  const bad = (problem: string, hint: string) => new PortalError('BAD_CONFIGURATION', problem, { hint })
  if (sources.length === 0)
    throw bad('userChecker needs a source of users', "Such as memoryUsers({ name: 'password' }).")
  const names = new Set<string>()
  for (const source of sources) {
    const { name, accepts } = source
    if (typeof name !== 'string' || name === '') throw bad('a user source needs a name', 'Events show it.')
    if (names.has(name)) throw bad(`two user sources are called '${name}'`, 'Give each its own name.')
    names.add(name)
    if (typeof source.find !== 'function') throw bad(`user source '${name}' has no method find()`, 'See UserSource.')
    if (accepts !== undefined && !accepts.some((kind) => KINDS.includes(kind))) {
      throw bad(`user source '${name}' accepts no kind of credential`, `It can accept ${KINDS.join(' and ')}.`)
    }
  }
}

import type { Proof } from '@gatewright/portal'

/**
 * What a key may be used for: made of the options beside it in authorized_keys and of what its certificate says, enforced
 * by whoever opens the session. A checker hands it on as the fact `restrictions`.
 */
export interface KeyRestrictions {
  /** Runs instead of whatever the client asks for. */
  readonly command?: string
  readonly pty: boolean
  readonly portForwarding: boolean
  readonly agentForwarding: boolean
  readonly x11Forwarding: boolean
  readonly userRc: boolean
  /** Without a prototype. */
  readonly environment: Readonly<Record<string, string>>
  /** `host:port`, of which one must be asked for; absent is anything. */
  readonly permitOpen?: readonly string[]
  readonly permitListen?: readonly string[]
  /** The number of a tun device. */
  readonly tunnel?: string
}

const PERMISSIONS = ['pty', 'portForwarding', 'agentForwarding', 'x11Forwarding', 'userRc'] as const

const noEnvironment = (): Record<string, string> => Object.create(null) as Record<string, string>

/** What a key may be used for when nothing is said about it. */
export const UNRESTRICTED: KeyRestrictions = Object.freeze({
  pty: true,
  portForwarding: true,
  agentForwarding: true,
  x11Forwarding: true,
  userRc: true,
  environment: Object.freeze(noEnvironment()),
})

/**
 * What two say together: each permission that both give, the environment of both (the first one's word counts).
 * @returns `undefined` when they cannot be had together: two commands that are not the same
 */
export function combineRestrictions(one: KeyRestrictions, other: KeyRestrictions): KeyRestrictions | undefined {
  if (one.command !== undefined && other.command !== undefined && one.command !== other.command) return undefined
  const command = one.command ?? other.command
  const permitOpen = both(one.permitOpen, other.permitOpen)
  const permitListen = both(one.permitListen, other.permitListen)
  const tunnel = one.tunnel ?? other.tunnel
  if (one.tunnel !== undefined && other.tunnel !== undefined && one.tunnel !== other.tunnel) return undefined
  return Object.freeze({
    ...(command === undefined ? {} : { command }),
    pty: one.pty && other.pty,
    portForwarding: one.portForwarding && other.portForwarding,
    agentForwarding: one.agentForwarding && other.agentForwarding,
    x11Forwarding: one.x11Forwarding && other.x11Forwarding,
    userRc: one.userRc && other.userRc,
    environment: Object.freeze(Object.assign(noEnvironment(), other.environment, one.environment)),
    ...(permitOpen === undefined ? {} : { permitOpen }),
    ...(permitListen === undefined ? {} : { permitListen }),
    ...(tunnel === undefined ? {} : { tunnel }),
  })
}

/**
 * What a login's keys may be used for, all of them together.
 * @returns `undefined` when that is nothing: facts that are not well-formed, or restrictions that contradict each other
 */
export function restrictionsOf(proofs: readonly Proof[]): KeyRestrictions | undefined {
  let together: KeyRestrictions | undefined = UNRESTRICTED
  for (const { kind, facts } of proofs) {
    if (kind !== 'publickey' || facts.restrictions === undefined) continue
    if (!isKeyRestrictions(facts.restrictions)) return undefined
    together = combineRestrictions(together, facts.restrictions)
    if (!together) return undefined
  }
  return together
}

function isKeyRestrictions(value: unknown): value is KeyRestrictions {
  if (typeof value !== 'object' || value === null) return false
  const given = value as Partial<Record<keyof KeyRestrictions, unknown>>
  return (
    PERMISSIONS.every((name) => typeof given[name] === 'boolean') &&
    isTexts(given.environment) &&
    [given.command, given.tunnel].every((text) => text === undefined || typeof text === 'string') &&
    [given.permitOpen, given.permitListen].every((list) => list === undefined || isList(list))
  )
}

const isList = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === 'string')

const isTexts = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.values(value).every((text) => typeof text === 'string')

/** Absent is everything, so the other one's list stands. */
function both(one: readonly string[] | undefined, other: readonly string[] | undefined): readonly string[] | undefined {
  return one && other ? one.filter((item) => other.includes(item)) : (one ?? other)
}

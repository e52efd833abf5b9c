import { SshError } from './errors.ts'

/** What one client may cost. Every one has a default; none can be switched off. */
export interface SshLimits {
  /** Credentials and keys that were refused on one connection, until it is closed; what sshd calls MaxAuthTries. @default 6 */
  readonly failures: number
  /** Requests of any kind before the login on one connection, questions and half-finished dialogues included. @default 128 */
  readonly requests: number
  /** From the connection to the verdict, key exchange and all tries included, and later for new keys, in milliseconds. @default 60_000 */
  readonly loginMs: number
  /** What a client may send before its version line is complete, in bytes (RFC 4253 section 4.2). @default 255 */
  readonly versionBytes: number
  /** Connections not logged in, from one IPv4 address or one IPv6 /64. @default 20 */
  readonly unauthenticatedPerSource: number
  /** Connections not logged in, from which on new ones are turned away by chance: `start:rate:full`, as sshd's MaxStartups. @default 10 */
  readonly startupsBegin: number
  /** How many of a hundred are turned away then; it grows to all of them as `startupsFull` comes near. @default 30 */
  readonly startupsRate: number
  /** Connections not logged in, in all. @default 100 */
  readonly startupsFull: number
  /** Channels of one connection that are open, or whose program has not returned; what sshd calls MaxSessions. @default 10 */
  readonly channels: number
  /** Files and directories that one SFTP channel has open. @default 64 */
  readonly handles: number
  /** Names and values of a session's environment together, in bytes. @default 16_384 */
  readonly environmentBytes: number
  /** What goes over a connection under one set of keys, both ways together, in bytes. @default 1 GiB */
  readonly rekeyBytes: number
  /** How old a connection's keys become, in milliseconds. @default 3_600_000 */
  readonly rekeyMs: number
  /** How long a session whose client is gone may take to return, and a client to take its leave, in milliseconds. @default 5000 */
  readonly lingerMs: number
}

const DEFAULTS: SshLimits = {
  failures: 6,
  requests: 128,
  loginMs: 60_000,
  versionBytes: 255,
  unauthenticatedPerSource: 20,
  startupsBegin: 10,
  startupsRate: 30,
  startupsFull: 100,
  channels: 10,
  handles: 64,
  environmentBytes: 16_384,
  rekeyBytes: 2 ** 30,
  rekeyMs: 3_600_000,
  lingerMs: 5000,
}

/** setTimeout fires at once past this. */
const MAX = 2 ** 31 - 1

/**
 * The limits with their defaults.
 * @throws {SshError} `BAD_CONFIGURATION` for a limit that does not exist, or is no positive whole number
 */
export function limitsOf(given: Partial<SshLimits> = {}): SshLimits {
  for (const [name, value] of Object.entries<unknown>({ ...given })) {
    if (!Object.hasOwn(DEFAULTS, name)) {
      throw new SshError('BAD_CONFIGURATION', `there is no limit '${name}'`, {
        hint: `There are ${Object.keys(DEFAULTS).join(', ')}.`,
      })
    }
    if (!Number.isSafeInteger(value) || (value as number) < 1 || (value as number) > MAX) {
      throw new SshError('BAD_CONFIGURATION', `limits.${name} is a whole number from 1 to ${MAX}, not ${String(value)}`)
    }
  }
  const limits = { ...DEFAULTS, ...given }
  if (limits.startupsRate > 100) throw new SshError('BAD_CONFIGURATION', 'limits.startupsRate is a percentage')
  if (limits.startupsBegin > limits.startupsFull) {
    throw new SshError('BAD_CONFIGURATION', 'limits.startupsBegin is at most limits.startupsFull')
  }
  return limits
}

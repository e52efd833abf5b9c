import { TcpError } from './errors.ts'

/** What one client may cost. Every one has a default; none can be switched off. */
export interface TcpLimits {
  /** The longest line, without its end, in bytes. @default 4096 */
  readonly lineBytes: number
  /** What a session may have received and not yet read, in bytes, until the socket is paused. @default 65_536 */
  readonly queueBytes: number
  /** From the connection to the verdict, TLS handshake and all tries included, in milliseconds. @default 30_000 */
  readonly loginMs: number
  /** Connections not logged in, from one IPv4 address or one IPv6 /64. @default 20 */
  readonly unauthenticatedPerSource: number
  /** Connections not logged in, in all. @default 10_000 */
  readonly unauthenticated: number
  /**
   * How long a client may take to receive its last answer, and a handler whose client is gone to return, in milliseconds.
   * @default 5000
   */
  readonly lingerMs: number
}

const DEFAULTS: TcpLimits = {
  lineBytes: 4096,
  queueBytes: 65_536,
  loginMs: 30_000,
  unauthenticatedPerSource: 20,
  unauthenticated: 10_000,
  lingerMs: 5000,
}

/** setTimeout fires at once past this. */
const MAX = 2 ** 31 - 1

/**
 * The limits with their defaults.
 * @throws {TcpError} `BAD_CONFIGURATION` for a limit that does not exist, or is no positive whole number
 */
export function limitsOf(given: Partial<TcpLimits> = {}): TcpLimits {
  for (const [name, value] of Object.entries<unknown>({ ...given })) {
    if (!Object.hasOwn(DEFAULTS, name)) {
      throw new TcpError('BAD_CONFIGURATION', `there is no limit '${name}'`, {
        hint: `There are ${Object.keys(DEFAULTS).join(', ')}.`,
      })
    }
    if (!Number.isSafeInteger(value) || (value as number) < 1 || (value as number) > MAX) {
      throw new TcpError('BAD_CONFIGURATION', `limits.${name} is a whole number from 1 to ${MAX}, not ${String(value)}`)
    }
  }
  return { ...DEFAULTS, ...given }
}

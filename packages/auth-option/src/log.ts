import {
  ANONYMOUS,
  GatewrightError,
  type Identity,
  type LoginEvent,
  type LoginObserver,
  type Proof,
} from '@gatewright/portal'
import { printable, printableJson } from './printable.ts'
import { codeOf, hintOf, messageOf } from './problem.ts'

type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/**
 * What a line says beside time, level and event. Errors are written with their causes: those of Gatewright with message and
 * hint, all others as name and code, because their messages may hold secrets.
 */
export type LogDetails = Readonly<Record<string, unknown>>

/** Writes one JSON object per line: `{"time":"...","level":"info","event":"listening",...}`. */
export interface Log {
  debug(event: string, details?: LogDetails): void
  info(event: string, details?: LogDetails): void
  warn(event: string, details?: LogDetails): void
  error(event: string, details?: LogDetails): void
  /** For `observers` of `createPortal`. */
  readonly logins: LoginObserver
}

/**
 * @param write takes one line, with its newline
 * @param now the clock, for tests
 */
export function createLog(write: (line: string) => void, now: () => Date = () => new Date()): Log {
  const at =
    (level: LogLevel) =>
    (event: string, details: LogDetails = {}): void =>
      write(jsonLine(Object.assign({ time: '', level, event }, details, { time: now().toISOString(), level, event })))
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  return { ...log, logins: (event) => log[levelOf(event)](event.type, detailsOf(event)) }
}

/** An observer that writes every login event as a line of JSON; the audit log of a server without one of its own. */
export function loginLog(write: (line: string) => void, now?: () => Date): LoginObserver {
  return createLog(write, now).logins
}

function levelOf(event: LoginEvent): LogLevel {
  switch (event.type) {
    case 'login.step':
      return event.verdict === 'fault' ? 'warn' : 'debug'
    case 'login.finish':
      return event.status === 'fault' ? 'warn' : 'info'
    case 'logout':
      return 'info'
    case 'fault':
      return 'error'
  }
}

/** Field by field: what a later portal adds to its events is not logged before somebody has thought about it. */
function detailsOf(event: LoginEvent): LogDetails {
  const { login, protocol, peer } = event
  const origin = {
    login,
    protocol,
    ...(peer === undefined ? {} : { peer: { address: peer.address, port: peer.port } }),
  }
  switch (event.type) {
    case 'login.step': {
      const { checker, kind, verdict, reason, ms } = event
      return { ...origin, checker, kind, verdict, reason, ms: rounded(ms) }
    }
    case 'login.finish': {
      const { status, kind, username, id, proofs, reason, ms } = event
      return { ...origin, status, kind, username, ...who(id), proofs: proofs.map(shown), reason, ms: rounded(ms) }
    }
    case 'logout':
      return { ...origin, ...who(event.id), avatar: String(event.avatar) }
    case 'fault': {
      const { code, message, hint, cause } = event.error
      return { ...origin, code, message, hint, causes: causesOf(cause) }
    }
  }
}

const shown = ({ id, kind, checker, facts }: Proof): LogDetails => ({ ...who(id), kind, checker, facts })

/** Nobody in particular is not a name: whoever is called 'anonymous' must not look like it. */
function who(id: Identity | undefined): LogDetails {
  if (id === undefined) return {}
  return id === ANONYMOUS ? { anonymous: true } : { id }
}

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000

const MAX_CAUSES = 8

function causesOf(cause: unknown): readonly LogDetails[] {
  const causes: LogDetails[] = []
  for (let at = cause; at instanceof Error && causes.length < MAX_CAUSES; at = at.cause) causes.push(described(at))
  return causes
}

/**
 * What an operator can mend something by: `users.ht:4: ...` and what to do. Other people's messages quote what they were
 * given, such as a statement, a URL or a line of a file, so of those only name and code are written.
 */
function described(error: Error): LogDetails {
  const named = { name: printable(error.name, 64), code: codeOf(error) }
  return error instanceof GatewrightError ? { ...named, message: messageOf(error), hint: hintOf(error) } : named
}

/** One line, whatever stands in it: details come from checkers, and may be anything. */
function jsonLine(line: { time: string; level: LogLevel; event: string }): string {
  try {
    return `${printableJson(JSON.stringify(line, writable))}\n`
  } catch {
    const { time, level, event } = line
    return `${printableJson(JSON.stringify({ time, level, event, details: 'cannot be written as JSON' }))}\n`
  }
}

function writable(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (!(value instanceof Error)) return value
  const causes = causesOf(value.cause)
  return causes.length === 0 ? described(value) : { ...described(value), causes }
}

import { isIP } from 'node:net'
import { UsageError } from './errors.ts'
import { printable } from './printable.ts'
import { codeOf } from './problem.ts'

/** RFC 1123 names; an empty one would make Node listen on every address there is. */
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i

/**
 * The address to listen on: an IP address or a host name.
 * @param name where it was written, for the message
 * @throws {UsageError} `BAD_OPTION`
 */
export function parseHost(text: string, name = '--host'): string {
  if (isIP(text) !== 0 || HOST_NAME.test(text)) return text
  throw new UsageError('BAD_OPTION', `${name}: '${printable(text, 64)}' is neither an IP address nor a host name`, {
    hint: '127.0.0.1 is this machine alone, 0.0.0.0 everybody; IPv6 addresses are written without brackets.',
  })
}

/**
 * A port, 0 to 65535 in plain digits.
 * @param name where it was written, for the message
 * @throws {UsageError} `BAD_OPTION`
 */
export function parsePort(text: string, name = '--port'): number {
  const port = /^(?:0|[1-9][0-9]{0,4})$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new UsageError('BAD_OPTION', `${name}: '${printable(text, 64)}' is no port`, {
    hint: 'A port is a number from 0 to 65535; 0 picks a free one.',
  })
}

/** `tcp://127.0.0.1:8000`, `http://[::1]:8080`; the zone of an address is escaped (RFC 6874 section 2). */
export function listenUrl(scheme: string, host: string, port: number): string {
  return `${scheme}://${host.includes(':') ? `[${host.replace('%', '%25')}]` : host}:${port}`
}

const REASONS: ReadonlyMap<string, readonly [problem: string, hint: string]> = new Map([
  [
    'EADDRINUSE',
    ['the port is in use', 'Another program listens there: stop it, or choose another --port; 0 picks a free one.'],
  ],
  ['EACCES', ['this user may not', 'Ports below 1024 are for privileged users: choose another --port.']],
  ['EADDRNOTAVAIL', ['this machine has no such address', 'Choose a --host that is an address of this machine.']],
  ['ENOTFOUND', ['there is no such host', 'Check the spelling of --host, or give an IP address.']],
  ['EAI_AGAIN', ['the host name cannot be looked up now', 'Give an IP address as --host, or check the name service.']],
])

/** Why a server could not start, in words for people, when it is the fault of the address it should listen on. */
export function listenProblem(error: unknown, url: string): unknown {
  if (!(error instanceof Error) || !['listen', 'bind', 'getaddrinfo'].includes(String(Reflect.get(error, 'syscall')))) {
    return error
  }
  const reason = REASONS.get(codeOf(error) ?? '')
  if (reason === undefined) return error
  const [problem, hint] = reason
  return Object.assign(new Error(`cannot listen on ${url}: ${problem}`, { cause: error }), { hint })
}

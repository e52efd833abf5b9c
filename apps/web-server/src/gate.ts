import { basicScheme } from '@gatewright/adapter-http-basic'
import { type DigestAlgorithmName, digestScheme, type Qop } from '@gatewright/adapter-http-digest'
import { readSecret, type ServerContext, UsageError } from '@gatewright/auth-option'
import { type HttpScheme, httpLogin, type TrustProxy } from '@gatewright/http-login'
import type { CredentialKind, Portal } from '@gatewright/portal'
import type { StateStore } from '@gatewright/state'
import { gateReports } from './gate-reports.ts'
import type { Visitor } from './pages/private-page.ts'
import type { Gate } from './site.ts'

/** What the command line says of the gate. */
export interface GateOptions {
  readonly realm: string
  readonly algorithm?: readonly string[]
  readonly qop: string
  /** `@env:NAME` or `@file:PATH`. */
  readonly secret?: string
  readonly basic?: true
}

interface GateContext extends Pick<ServerContext<GateOptions>, 'sources' | 'require' | 'log' | 'surroundings'> {
  readonly portal: Portal<{ readonly visitor: Visitor }>
  readonly trustProxy: TrustProxy
  /** Where nonce counts are kept, when other processes serve the same address. @default in this process */
  readonly state?: StateStore
}

/**
 * The gate before the private pages: Digest where anybody's digest or password is stored readable, and Basic where the
 * command line allows it.
 *
 * @throws {UsageError} for a gate that nobody could pass, and for a secret that cannot be read
 * @throws {HttpLoginError} `BAD_CONFIGURATION`
 */
export async function createGate(options: GateOptions, context: GateContext): Promise<Gate> {
  const { realm, algorithm = ['SHA-256'], qop, secret, basic = false } = options
  const { portal, trustProxy, state, log, surroundings } = context
  const schemes: HttpScheme[] = []
  if (portal.accepts.includes('digest')) {
    schemes.push(
      digestScheme({
        realm,
        algorithms: algorithm as readonly DigestAlgorithmName[],
        qop: qop.split(',') as readonly Qop[],
        ...(secret === undefined ? {} : { secret: await readSecret('--secret', secret, surroundings) }),
        ...(state && { state, cluster: true }),
      }),
    )
  }
  if (basic) schemes.push(basicScheme({ realm }))
  insistOnWay(schemes, context)
  return httpLogin({ portal, avatar: 'visitor', schemes, trustProxy, ...gateReports(log) })
}

/** Told when the server starts, and not by the first who cannot log in. */
function insistOnWay(schemes: readonly HttpScheme[], { sources, require, log }: GateContext): void {
  const asked: readonly CredentialKind[] = schemes.map(({ presents }) => presents)
  if (asked.length === 0) {
    throw new UsageError('UNSUPPORTED_TYPE', 'nobody could log in by Digest: what --auth names takes passwords alone', {
      hint: 'Digest needs memory:, htdigest: or sql: with ha1=, because a hash cannot check it. --basic asks for the password itself, over TLS.',
    })
  }
  if (require && !require.some(([kind, ...more]) => kind !== undefined && more.length === 0 && asked.includes(kind))) {
    throw new UsageError('BAD_REQUIREMENT', '--require: a request proves one thing, so nobody could log in', {
      hint: `One row must be ${asked.join(' or ')}, alone.`,
    })
  }
  for (const { name, accepts = ['password', 'digest'] } of sources) {
    const how = asked.filter((kind) => accepts.some((accepted) => accepted === kind))
    if (how.length === asked.length) continue
    const message =
      how.length === 0
        ? `the users of ${name} cannot log in: it has hashes, and Digest cannot be verified by one`
        : `the users of ${name} can log in by ${how.includes('digest') ? 'Digest' : 'Basic'} alone, and browsers choose Digest`
    log.warn('partial', { message })
  }
}

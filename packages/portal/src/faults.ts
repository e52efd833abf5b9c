import type { Credential } from './credential-kinds.ts'
import { PortalError } from './errors.ts'

/** No checker accepts this kind: a mistake of whoever put the portal and the adapter together, never the client's. */
export function unhandled(presented: Credential | undefined, accepts: readonly PropertyKey[]): PortalError {
  const kind = String((presented as { kind?: unknown } | undefined)?.kind)
  return new PortalError('UNHANDLED_CREDENTIAL', `no checker accepts '${kind}' credentials`, {
    hint: `This portal accepts ${accepts.map(String).join(', ')}.`,
  })
}

/** A realm was asked for something it does not make. */
export function noFactory(wanted: readonly PropertyKey[], made: Iterable<PropertyKey>): PortalError {
  const asked =
    wanted.length === 0 ? 'no avatar was asked for' : `the realm makes no '${wanted.map(String).join("', '")}'`
  return new PortalError('BAD_CONFIGURATION', asked, { hint: `It makes ${[...made].map(String).join(', ')}.` })
}

/** The portal was closed. */
export function closed(): PortalError {
  return new PortalError('CLOSED', 'the portal is closed')
}

/** The client has left. */
export function aborted(signal: AbortSignal): PortalError {
  return new PortalError('ABORTED', 'the attempt was aborted before it was decided', { cause: signal.reason })
}

/**
 * What a login that needed `part` ends in when `part` broke. Only `OVERLOADED` keeps its code, because whoever threw it
 * knows when to come back; other codes would claim to be the portal's own word. No message passes: it may quote a secret.
 */
export function broken(part: string, cause: unknown): PortalError {
  if (cause instanceof PortalError && cause.code === 'OVERLOADED') {
    const { retryAfterMs } = cause
    return new PortalError('OVERLOADED', `${part} is overloaded`, {
      cause,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    })
  }
  const why = cause instanceof PortalError && cause.code === 'DEADLINE' ? 'did not answer in time' : 'is unavailable'
  return new PortalError('CHECKER_UNAVAILABLE', `${part} ${why}`, { cause })
}

/** The portal's own faults pass; anything else that was thrown within a login is one. */
export function asFault(error: unknown): PortalError {
  return error instanceof PortalError ? error : broken('the login', error)
}

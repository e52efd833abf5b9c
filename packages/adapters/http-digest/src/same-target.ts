import type { RequestView } from '@gatewright/http-login'

const SCHEMES = ['http://', 'https://']

/**
 * Whether the `uri` of an answer names the resource of the request (RFC 7616 section 3.4.6): letter by letter, because a
 * server that took `/%2e%2e/x` for `/x` here and not there would serve what nobody has signed. Nothing is decoded, and the
 * order of a query counts. `*` is the target of `OPTIONS *` alone.
 *
 * One thing is allowed to differ: a proxy may turn the absolute form of a target into the origin form, or back
 * (RFC 9112 section 3.2). Then the rest must be the same, and the authority must be the request's.
 */
export function isSameTarget(uri: string, request: Pick<RequestView, 'target' | 'header'>): boolean {
  const { target } = request
  if (uri === target) return true
  const signed = splitAbsolute(uri)
  const requested = splitAbsolute(target)
  if (signed && !requested) return signed.rest === target && isSameAuthority(signed.authority, request.header('host'))
  if (requested && !signed) return requested.rest === uri
  return false
}

/** The two parts of an absolute form, or `undefined` for any other. */
function splitAbsolute(target: string): { readonly authority: string; readonly rest: string } | undefined {
  // Most targets begin with a slash; they cost nothing more.
  if (target.startsWith('/')) return undefined
  const lower = target.slice(0, 8).toLowerCase()
  const scheme = SCHEMES.find((one) => lower.startsWith(one))
  if (scheme === undefined) return undefined
  const slash = indexOfPath(target, scheme.length)
  const rest = target.slice(slash)
  // RFC 9112 section 3.2.1: an empty path is sent as "/".
  return { authority: target.slice(scheme.length, slash), rest: rest.startsWith('/') ? rest : `/${rest}` }
}

function indexOfPath(target: string, from: number): number {
  let at = from
  while (at < target.length && target[at] !== '/' && target[at] !== '?') at++
  return at
}

/** RFC 9110 section 4.2.3: hosts have no letter case. User information (`user@`) is part of the text, and so never the same. */
function isSameAuthority(authority: string, host: string | undefined): boolean {
  return host !== undefined && authority !== '' && authority.toLowerCase() === host.toLowerCase()
}

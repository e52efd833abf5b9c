import type { Granted } from '@gatewright/portal'

/** One header field. */
export type Header = readonly [name: string, value: string]

/** A grant of one of the wanted avatars. */
export type GrantedAs<Avatars, A extends keyof Avatars> = { readonly [K in A]: Granted<Avatars, K> }[A]

/** Codes that a client is refused with. */
export type DenialCode = 400 | 401 | 403 | 413 | 429 | 503

/** The client is in. Whoever holds it must log it out when the request is served; `await using` does. */
export interface Admitted<Avatars, A extends keyof Avatars> extends AsyncDisposable {
  readonly admitted: true
  readonly login: Granted<Avatars, A>
  /** To be sent with the application's answer, such as `Authentication-Info`. */
  readonly headers: readonly Header[]
}

/** The client is not in, and this is all it may know. */
export interface Denial extends AsyncDisposable {
  readonly admitted: false
  /** 400 malformed, 401 wrong, 403 forbidden, 413 too large to check, 429 held back, 503 cannot be decided now. */
  readonly code: DenialCode
  /** To be sent with it; `WWW-Authenticate` may come several times. */
  readonly headers: readonly Header[]
  /** One line of text for the body. */
  readonly message: string
}

/** How one request ended at the door. */
export type HttpAnswer<Avatars, A extends keyof Avatars> = { readonly [K in A]: Admitted<Avatars, K> }[A] | Denial

/** Every word that a client is told before it is logged in. */
const MESSAGES: Readonly<Record<DenialCode, string>> = {
  400: 'The Authorization header cannot be understood.',
  401: 'Log in to see this.',
  403: 'This is not for you.',
  413: 'The request is too large to be checked.',
  429: 'Too many tries, come back later.',
  503: 'Logins are not possible at the moment, come back later.',
}

/** A denial holds nothing, but can be held like its sibling. */
class Denied implements Denial {
  readonly admitted = false
  readonly code: DenialCode
  readonly headers: readonly Header[]

  readonly message: string

  constructor(code: DenialCode, headers: readonly Header[], message = MESSAGES[code]) {
    this.code = code
    this.headers = headers
    this.message = message
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve()
  }
}

/** What depends on who asks is no business of a cache (RFC 9111 section 3.5 leaves room for one). */
const NO_STORE: Header = ['Cache-Control', 'no-store']

/** A denial with the challenges to answer. */
export function challenged(challenges: readonly string[]): Denial {
  return new Denied(401, [...challenges.map((value): Header => ['WWW-Authenticate', value]), NO_STORE])
}

/** A denial that no other answer of the client's would change; `retryAfterMs` says when time does. */
export function denied(code: DenialCode, retryAfterMs?: number): Denial {
  if (retryAfterMs === undefined) return new Denied(code, [NO_STORE])
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000))
  return new Denied(code, [['Retry-After', String(seconds)], NO_STORE])
}

/** Whoever came over this link cannot be asked, and would not guess why. */
export function unencrypted(): Denial {
  return new Denied(403, [NO_STORE], 'Logging in takes an encrypted connection: use HTTPS.')
}

class Admission<Avatars, A extends keyof Avatars> implements Admitted<Avatars, A> {
  readonly admitted = true
  readonly login: Granted<Avatars, A>
  readonly headers: readonly Header[]

  constructor(login: Granted<Avatars, A>, headers: readonly Header[]) {
    this.login = login
    this.headers = headers
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.login.logout()
  }
}

/** An admission of whoever `login` is of. */
export function admitted<Avatars, A extends keyof Avatars>(
  login: GrantedAs<Avatars, A>,
  headers: readonly Header[],
): HttpAnswer<Avatars, A> {
  return new Admission(login as Granted<Avatars, A>, headers) as HttpAnswer<Avatars, A>
}

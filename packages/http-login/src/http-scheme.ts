import type { AttemptOptions, Credential, CredentialKind } from '@gatewright/portal'
import type { AttackDetails } from './attack.ts'
import type { Header } from './http-answer.ts'
import type { Origin, RequestView } from './request-view.ts'

/**
 * One scheme of HTTP authentication (RFC 9110 section 11): what it asks clients for, and what it makes of their answers. It
 * decides nobody's login; it reads.
 */
export interface HttpScheme {
  /** Such as `Digest`; compared without letter case. */
  readonly name: string
  /** What it makes; the portal must accept it. */
  readonly presents: CredentialKind
  /** The protocol of its attempts, in events. */
  readonly protocol: string
  /** Values for `WWW-Authenticate`, strongest first; none where clients should not answer. `after` is what was refused just now. */
  challenges(origin: Origin, after?: Presentation): readonly string[]
  /** Reads what follows the name of the scheme in `Authorization`. */
  read(parameters: string, request: RequestView, origin: Origin): Reading | Promise<Reading>
}

/** What a scheme makes of an `Authorization` header. */
export type Reading = Presentation | Unreadable

/** A credential, ready for the portal. */
export interface Presentation {
  readonly credential: Credential
  /** As in `AttemptOptions`: the scheme's last word once a checker has accepted. Asked again for the same request, it answers the same. */
  readonly confirm?: AttemptOptions['confirm']
  /** Header fields for the answer to who was let in. */
  admitted?(): readonly Header[]
  /** What the client tried, if confirming found it out. */
  readonly attack?: AttackDetails | undefined
}

/** No credential can be made of it. */
export interface Unreadable {
  /** 400 for what breaks the grammar, 401 for what is not meant for us, 403 for what we will not take, 413 for a body too large to hash. */
  readonly code: 400 | 401 | 403 | 413
  /** For the log; the client is told the code. */
  readonly reason: string
  readonly attack?: AttackDetails
}

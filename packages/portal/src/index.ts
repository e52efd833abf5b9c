/**
 * The login algorithm: a client presents a credential, checkers decide whose it is, the realm makes that identity an
 * avatar, and the portal is where they meet.
 *
 * ```ts
 * import { createPortal, password } from '@gatewright/portal'
 * import { memoryChecker } from '@gatewright/checker-memory'
 *
 * const portal = createPortal({
 *   realm: { greeter: (id) => ({ greet: () => `Hello, ${id}!` }) },
 *   checkers: [memoryChecker({ ada: 'sesame' })],
 * })
 *
 * await using login = await portal.login(password('ada', 'sesame'), 'greeter')
 * if (login.status === 'granted') console.log(login.avatar.greet())
 * ```
 *
 * Start reading at `portal.ts`.
 *
 * @module
 */
export { anonymousChecker } from './anonymous-checker.ts'
export type { Portal, PortalOptions } from './assembly.ts'
export type { Attempt, AttemptOptions, Proof } from './attempt.ts'
export { type Checker, whenUnavailable } from './checker.ts'
export type { Confirmation } from './confirmation.ts'
export type {
  AnonymousCredential,
  Credential,
  CredentialKind,
  CredentialKinds,
  DigestCredential,
  KeyPresence,
  PasswordCredential,
  PublicKey,
  PublicKeyCredential,
  PublicKeyOffer,
  TotpCredential,
} from './credential-kinds.ts'
export { anonymous, digest, password, publickey, totp } from './credentials.ts'
export { type ErrorDetails, GatewrightError, PortalError, type PortalErrorCode } from './errors.ts'
export type { FaultEvent, LoginEvent, LoginFinishEvent, LoginObserver, LoginStepEvent, LogoutEvent } from './events.ts'
export type { Admission, Guard, HeldBack } from './guard.ts'
export { ANONYMOUS, type Identity } from './identity.ts'
export type { Granted, Login, Pending, Refused } from './login.ts'
export { isLoopback, sourceOf, unmapped } from './peer-address.ts'
export type { Patience } from './pending.ts'
export { createPortal } from './portal.ts'
export { allowAnonymous, type LoginContext, type Realm } from './realm.ts'
export type { Requirement } from './requirement.ts'
export { prepareUsername } from './username.ts'
export {
  type Accepted,
  accept,
  type Facts,
  isVerdict,
  type Passed,
  pass,
  type Rejected,
  reject,
  type Verdict,
} from './verdict.ts'

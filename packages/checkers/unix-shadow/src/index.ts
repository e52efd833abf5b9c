/**
 * Checks passwords against the accounts of the machine: `/etc/passwd` and `/etc/shadow`, with locks, expiry and ageing.
 *
 * ```ts
 * import { createPortal, password } from '@gatewright/portal'
 * import { unixChecker } from '@gatewright/checker-unix-shadow'
 *
 * const portal = createPortal({
 *   realm: { greeter: (id) => ({ greet: () => `Hello, ${id}!` }) },
 *   checkers: [unixChecker()], // run as root, or as a member of the group shadow
 * })
 *
 * await using login = await portal.login(password('ada', 'sesame'), 'greeter')
 * if (login.status === 'granted') console.log(login.avatar.greet())
 * ```
 *
 * @module
 */
export { UnixError, type UnixErrorCode } from './errors.ts'
export { unixChecker } from './unix-checker.ts'
export { type UnixUsersOptions, unixUsers } from './unix-users.ts'

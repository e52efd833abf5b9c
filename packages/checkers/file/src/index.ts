/**
 * Checks passwords against a file of users: htpasswd, htdigest, or lines of your own.
 *
 * ```ts
 * import { fileChecker, openPasswordFile } from '@gatewright/checker-file'
 * import { createPortal, password } from '@gatewright/portal'
 *
 * const file = await openPasswordFile('users.txt', { create: true })
 * await file.set('ada', 'sesame')
 *
 * const portal = createPortal({
 *   realm: { greeter: (id) => ({ greet: () => `Hello, ${id}!` }) },
 *   checkers: [fileChecker({ path: 'users.txt' })],
 * })
 *
 * await using login = await portal.login(password('ada', 'sesame'), 'greeter')
 * if (login.status === 'granted') console.log(login.avatar.greet())
 * ```
 *
 * @module
 */
export { FileError, type FileErrorCode } from './errors.ts'
export { fileChecker } from './file-checker.ts'
export { type FileUsers, type FileUsersOptions, fileUsers } from './file-users.ts'
export { htdigestChecker } from './htdigest-checker.ts'
export { type HtdigestUsers, type HtdigestUsersOptions, htdigestUsers } from './htdigest-users.ts'
export type { ImportOptions, ImportReport, ImportRow } from './import-rows.ts'
export type { LayoutOptions } from './layout.ts'
export { type NewPassword, openPasswordFile, type PasswordFile, type PasswordFileOptions } from './password-file.ts'
export type { LineProblem } from './snapshot.ts'
export type { WatchOptions } from './watched-users.ts'

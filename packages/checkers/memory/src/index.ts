/**
 * Checks passwords against users in a literal: for demonstrations, tests, and servers with a handful of users.
 *
 * ```ts
 * import { createPortal, password } from '@gatewright/portal'
 * import { memoryChecker } from '@gatewright/checker-memory'
 *
 * const portal = createPortal({
 *   realm: { greeter: (id) => ({ greet: () => `Hello, ${id}!` }) },
 *   checkers: [memoryChecker({ ada: 'sesame', 'grace hopper': 'nanoseconds' })],
 * })
 *
 * await using login = await portal.login(password('ada', 'sesame'), 'greeter')
 * if (login.status === 'granted') console.log(login.avatar.greet())
 * ```
 *
 * @module
 */
export { memoryChecker } from './memory-checker.ts'
export { type MemoryUserList, type MemoryUsers, type MemoryUsersOptions, memoryUsers } from './memory-users.ts'

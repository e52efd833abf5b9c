/**
 * The program `gatewright-passwd`: users of a password file or a table, from the command line.
 *
 * ```ts
 * import { runMain } from '@gatewright/auth-option'
 * import { passwd } from '@gatewright/passwd'
 *
 * await runMain((surroundings) => passwd(surroundings))
 * ```
 *
 * @module
 */
export { passwd } from './passwd.ts'
export type { Terminal } from './terminal.ts'

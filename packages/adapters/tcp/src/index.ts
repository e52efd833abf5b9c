/**
 * Logs TCP clients in by line, then hands their avatar the lines that follow.
 *
 * ```ts
 * import { createTcpServer, lineLogin } from '@gatewright/adapter-tcp'
 * import { memoryChecker } from '@gatewright/checker-memory'
 * import { createPortal } from '@gatewright/portal'
 *
 * const portal = createPortal({
 *   realm: { echo: (id) => ({ say: (line: string) => `${id}: ${line}` }) },
 *   checkers: [memoryChecker({ ada: 'sesame' })],
 * })
 *
 * const server = createTcpServer({ portal, avatar: 'echo', login: lineLogin() }, async ({ avatar, lines, write }) => {
 *   for await (const line of lines) await write(`${avatar.say(line)}\r\n`)
 * })
 * await server.listen(8000)
 * ```
 *
 * @module
 */
export type { Peer } from '@gatewright/listener'
export { TcpError, type TcpErrorCode } from './errors.ts'
export type { TcpLimits } from './limits.ts'
export { lineLogin } from './line-login.ts'
export type { LoginAnswer, LoginDialogue, LoginFormat } from './login-format.ts'
export type { TcpMessages } from './messages.ts'
export type { TcpServerOptions } from './options.ts'
export { type PromptLoginOptions, promptLogin } from './prompt-login.ts'
export { createTcpServer, type TcpServer } from './server.ts'
export type { TcpHandler, TcpSession, TcpSessionAs } from './session.ts'

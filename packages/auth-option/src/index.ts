/**
 * The command line that servers share: `--auth TYPE:ARG` and its relatives, and the discovery of installed checkers
 * behind them.
 *
 * ```ts
 * import { loadAuth } from '@gatewright/auth-option'
 * import { createPortal, password } from '@gatewright/portal'
 *
 * const { checkers } = await loadAuth(['memory:ada:sesame'], { supports: ['password'], from: import.meta.url })
 * const portal = createPortal({ realm: { greeter: (id) => ({ name: id }) }, checkers })
 *
 * await using login = await portal.login(password('ada', 'sesame'), 'greeter')
 * console.log(login.status)
 * ```
 *
 * A whole server program is one call of {@link serverCommand}, run by {@link runMain}.
 *
 * @module
 */
export { Option } from 'commander'
export { type Environment, readArgument } from './argument.ts'
export { type Argument, parseArgument } from './auth-spec.ts'
export { createCommand, parseCommand } from './command.ts'
export { type DiscoverOptions, discoverCheckers, type InstalledCheckers } from './discover-checkers.ts'
export { UsageError, type UsageErrorCode } from './errors.ts'
export { helpAuth, helpAuthType } from './help-auth.ts'
export type { InstalledPackage } from './installed-package.ts'
export { listenProblem, listenUrl, parseHost, parsePort } from './listen-address.ts'
export { type LoadAuthOptions, type LoadedAuth, loadAuth } from './load-auth.ts'
export { createLog, type Log, type LogDetails, loginLog } from './log.ts'
export type { InstalledChecker, ManifestProblem } from './manifest.ts'
export { nearMiss } from './near-miss.ts'
export { parseRequire } from './parse-require.ts'
export type { CheckerPlugin, PluginContext } from './plugin.ts'
export { printable } from './printable.ts'
export { codeOf, exitCodeOf, messageOf, printProblem } from './problem.ts'
export { createProgram, type Program } from './program.ts'
export { readSecret } from './read-secret.ts'
export { readTls, TLS_OPTIONS, type TlsFiles, type TlsOptions } from './read-tls.ts'
export { runMain } from './run-main.ts'
export { type Closable, serveUntilSignal } from './serve-until-signal.ts'
export { type RunningServer, type ServerCommand, type ServerContext, serverCommand } from './server-command.ts'
export type { SignalSource, StopSignal, Surroundings } from './surroundings.ts'

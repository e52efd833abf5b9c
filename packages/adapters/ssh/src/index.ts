/**
 * Logs SSH clients in, then hands their avatar shells, commands and file transfers.
 *
 * ```ts
 * import { createSshServer, type SshAvatar } from '@gatewright/adapter-ssh'
 * import { memoryChecker } from '@gatewright/checker-memory'
 * import { createPortal } from '@gatewright/portal'
 *
 * const portal = createPortal({
 *   realm: {
 *     greeter: (id): SshAvatar => ({
 *       exec: ({ command, stdout }) => {
 *         stdout.write(`${id} said: ${command}\n`)
 *         return 0
 *       },
 *     }),
 *   },
 *   checkers: [memoryChecker({ ada: 'sesame' })],
 * })
 *
 * const server = createSshServer({ portal, avatar: 'greeter', hostKeys: [await readFile('host-key')] })
 * await server.listen(2222)
 * ```
 *
 * @module
 */
export type { Peer } from '@gatewright/listener'
export type {
  ExecSession,
  Pty,
  SftpSession,
  ShellSession,
  SshAvatar,
  SshSignal,
  StreamSession,
  WindowSize,
} from './avatar.ts'
export { SshError, type SshErrorCode } from './errors.ts'
export { type HostKey, hostKeyFile } from './host-key-file.ts'
export type { SshLimits } from './limits.ts'
export type { SshServerOptions } from './options.ts'
export { createSshServer, type SshServer } from './server.ts'
export { type DirectoryFilesOptions, directoryFiles } from './sftp/directory-files.ts'
export type {
  DirectoryEntry,
  FileAttributes,
  FileChanges,
  OpenMode,
  SftpFile,
  SftpFiles,
} from './sftp/sftp-files.ts'
export { openTerminal, type Terminal, type TerminalOptions } from './terminal.ts'

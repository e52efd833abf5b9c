import type { Readable, Writable } from 'node:stream'
import type { Peer } from '@gatewright/listener'
import type { Identity, Proof } from '@gatewright/portal'
import type { SftpFiles } from './sftp/sftp-files.ts'

/**
 * What somebody who is logged in can do over SSH: what the avatar has a method for exists, and nothing else does.
 *
 * ```ts
 * const avatar: SshAvatar = {
 *   exec: ({ command, stdout }) => {
 *     stdout.write(`you said: ${command}\n`)
 *     return 0
 *   },
 * }
 * ```
 *
 * A method returns the exit code, 0 to 255. What it throws goes to `onError`; its client gets exit code 255.
 */
export interface SshAvatar {
  /** An interactive session, with a terminal or without. */
  shell?(session: ShellSession): Promise<number> | number
  /** One command. A key with `command=` brings its own, whatever the client asked for. */
  exec?(session: ExecSession): Promise<number> | number
  /** The files that the client sees; the adapter speaks the protocol. `directoryFiles` makes them of a directory. */
  sftp?(session: SftpSession): SftpFiles | Promise<SftpFiles>
}

/** Signals of RFC 4254 section 6.10; others are not passed on. */
export type SshSignal =
  | 'ABRT'
  | 'ALRM'
  | 'FPE'
  | 'HUP'
  | 'ILL'
  | 'INT'
  | 'KILL'
  | 'PIPE'
  | 'QUIT'
  | 'SEGV'
  | 'TERM'
  | 'USR1'
  | 'USR2'

/** The size of a terminal, in characters; 0 is what a client says that does not know. */
export interface WindowSize {
  readonly columns: number
  readonly rows: number
}

/** The terminal at the other end, as the client described it when the session began. */
export interface Pty extends WindowSize {
  /** Such as `xterm-256color`; as the client gave it. */
  readonly term: string
}

/** What all sessions have. */
export interface SftpSession {
  readonly id: Identity
  /** The login behind it: who proved what, from where. */
  readonly login: { readonly proofs: readonly Proof[]; readonly peer: Peer }
  /** What the client sent and `allowEnv` lets through, then what the key's `environment=` says and `allowKeyEnv` lets through. Without a prototype. */
  readonly env: Readonly<Record<string, string>>
  /** Fires when the client is gone or its channel closed, and when the server closes. */
  readonly signal: AbortSignal
}

/** A session with streams. When its method returns, what was written is sent, then the exit code. */
export interface StreamSession extends SftpSession {
  /** What the client sends; ends when the client ends it, or is gone. */
  readonly stdin: Readable
  /** What the client reads. A client that reads slowly holds it up: wait for `drain`, or use `pipeline`. */
  readonly stdout: Writable
  readonly stderr: Writable
  /** Absent when the client asked for no terminal, or its key must not have one. */
  readonly pty?: Pty
  /** Told when the client's window changes its size. */
  onResize(listener: (size: WindowSize) => void): void
  onSignal(listener: (name: SshSignal) => void): void
}

export interface ShellSession extends StreamSession {}

export interface ExecSession extends StreamSession {
  readonly command: string
  /**
   * What the client asked for, when its key's `command=` replaced it: what sshd calls SSH_ORIGINAL_COMMAND. The empty string
   * when it asked for a shell, `sftp` for the subsystem of that name.
   */
  readonly original?: string
}

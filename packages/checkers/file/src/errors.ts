import type { BigIntStats } from 'node:fs'
import { type ErrorDetails, GatewrightError } from '@gatewright/portal'
import { WatchedFileError } from '@gatewright/watched-file'

/**
 * - `MISSING`: there is no such file
 * - `UNREADABLE`: the file is there and cannot be read: permissions, a broken disk, or it never stopped changing
 * - `NOT_A_FILE`: a directory, FIFO, socket or device
 * - `UNSAFE`: everybody may write to it, and so let anybody in
 * - `TOO_LARGE`: the file is larger than `maxBytes`
 * - `WRONG_FILE`: it is some other kind of file: passwd(5), shadow(5), htdigest for htpasswd, UTF-16
 * - `BAD_LINE`: the line of this one user cannot be used; the message says which, and why
 * - `UNSTORABLE`: a name or a stored password that cannot stand in a line of this file
 * - `LOCKED`: another process was editing the file for longer than we wait
 * - `UNWRITABLE`: the file could not be replaced; the old one is whole
 * - `CLOSED`: this source was closed
 */
export type FileErrorCode =
  | 'MISSING'
  | 'UNREADABLE'
  | 'NOT_A_FILE'
  | 'UNSAFE'
  | 'TOO_LARGE'
  | 'WRONG_FILE'
  | 'BAD_LINE'
  | 'UNSTORABLE'
  | 'LOCKED'
  | 'UNWRITABLE'
  | 'CLOSED'

/** What is wrong with a file of users. Names files, lines and formats; never a stored password. */
export class FileError extends GatewrightError<FileErrorCode> {
  static readonly brand: string = 'FileError'

  constructor(code: FileErrorCode, message: string, details?: ErrorDetails) {
    super(FileError.brand, code, message, details)
  }
}

/** The `code` of an error of the system, such as `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  return typeof code === 'string' ? code : undefined
}

/** What is wrong with a file, as it is said of users; `shown` is its path as it was given. Other errors stay what they are. */
export function asFileError(shown: string, error: unknown): unknown {
  if (!(error instanceof WatchedFileError)) return error
  const { system, cause = error } = error
  switch (error.code) {
    case 'MISSING':
      return new FileError('MISSING', `there is no file ${shown}`, {
        cause,
        hint: 'Check the path; relative ones begin at the working directory. gatewright-passwd add --create makes a new one.',
      })
    case 'NOT_A_FILE':
      return new FileError('NOT_A_FILE', `${shown} is no regular file`, {
        cause,
        hint: 'Give the path of a file with lines of users.',
      })
    case 'TOO_LARGE':
      return new FileError('TOO_LARGE', error.message.replace(error.path, shown), {
        cause,
        hint: 'Raise maxBytes, or keep so many users in a database.',
      })
    case 'CHANGING':
      return new FileError('UNREADABLE', `${shown} kept changing while it was read`, {
        cause,
        hint: 'Write a new file beside it and rename that over it; gatewright-passwd does.',
      })
    case 'CLOSED':
      return new FileError('CLOSED', `the users of ${shown} were closed`, { cause })
    default:
      return new FileError('UNREADABLE', `${shown} cannot be read (${system})`, {
        cause,
        hint:
          system === 'EACCES' || system === 'EPERM'
            ? 'Let the user that this process runs as read it, such as by chgrp and chmod g+r.'
            : 'The file is there; the system says why it cannot be read.',
      })
  }
}

const OTHERS_MAY_WRITE = 0o002n

/**
 * Refuses what everybody may write to: whoever has an account here could let himself in. Windows has no such modes.
 * @throws {FileError} `UNSAFE`
 */
export function insistOnSafe(shown: string, { mode }: Pick<BigIntStats, 'mode'>): void {
  if ((mode & OTHERS_MAY_WRITE) === 0n || process.platform === 'win32') return
  throw new FileError('UNSAFE', `everybody may write to ${shown}, and so let anybody in`, {
    hint: `Take that right away: chmod o-w ${shown}`,
  })
}

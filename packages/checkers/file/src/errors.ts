import { type ErrorDetails, GatewrightError } from '@gatewright/portal'

/**
 * - `MISSING`: there is no such file
 * - `UNREADABLE`: the file is there and cannot be read: permissions, a broken disk, or it never stopped changing
 * - `NOT_A_FILE`: a directory, FIFO, socket or device
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

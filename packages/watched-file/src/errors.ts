import { type ErrorDetails, GatewrightError } from '@gatewright/portal'

/**
 * - `MISSING`: there is no such file
 * - `UNREADABLE`: it is there and cannot be read; `system` says what the system said, such as `EACCES`
 * - `NOT_A_FILE`: a directory, FIFO, socket or device
 * - `TOO_LARGE`: it is larger than `maxBytes`
 * - `CHANGING`: it was written to, or replaced, each time it was read
 * - `CLOSED`: it is no longer watched
 */
export type WatchedFileErrorCode = 'MISSING' | 'UNREADABLE' | 'NOT_A_FILE' | 'TOO_LARGE' | 'CHANGING' | 'CLOSED'

export interface WatchedFileErrorDetails extends ErrorDetails {
  /** The `code` of the system's error. */
  readonly system?: string
}

/** What is wrong with a file. Names it, and never shows what is in it. */
export class WatchedFileError extends GatewrightError<WatchedFileErrorCode> {
  static readonly brand: string = 'WatchedFileError'
  /** The file; of several that are read together, the one at fault. */
  readonly path: string
  readonly system?: string

  constructor(code: WatchedFileErrorCode, path: string, message: string, details: WatchedFileErrorDetails = {}) {
    super(WatchedFileError.brand, code, message, details)
    this.path = path
    if (details.system !== undefined) this.system = details.system
  }
}

/** An error of the system as one of ours. What is no error of the system is a mistake in a program, and stays what it is. */
export function asWatchedFileError(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof GatewrightError) return error
  const system: unknown = Reflect.get(error, 'code')
  if (typeof system !== 'string' || system.startsWith('ERR_')) return error
  const details = { cause: error, system }
  if (system === 'ENOENT' || system === 'ENOTDIR') {
    return new WatchedFileError('MISSING', path, `there is no file ${path}`, { ...details, hint: 'Check the path.' })
  }
  // What open(2) answers for sockets, and for devices that are not there.
  if (system === 'ENXIO') return notAFile(path, details)
  return new WatchedFileError('UNREADABLE', path, `${path} cannot be read (${system})`, {
    ...details,
    hint:
      system === 'EACCES' || system === 'EPERM'
        ? 'Let the user that this process runs as read it.'
        : 'The system says why it cannot be read.',
  })
}

export function notAFile(path: string, details: WatchedFileErrorDetails = {}): WatchedFileError {
  return new WatchedFileError('NOT_A_FILE', path, `${path} is not a regular file`, {
    ...details,
    hint: 'Give the path of a file.',
  })
}

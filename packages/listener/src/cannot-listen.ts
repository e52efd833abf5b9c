/**
 * - `CANNOT_LISTEN`: the address is taken, not ours, or not allowed
 * - `CLOSED`: the server was closed
 */
export type ListenErrorCode = 'CANNOT_LISTEN' | 'CLOSED'

/** What is known beside the message. */
export interface ListenDetails {
  readonly cause?: unknown
  readonly hint?: string
}

/** Makes an error of the server's own kind. */
export type MakeError = (code: ListenErrorCode, message: string, details?: ListenDetails) => Error

const HINTS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Another program has it; stop that one, or choose another port (0 picks a free one).',
  EACCES: 'Ports below 1024 need a privilege; choose a higher one.',
  EADDRNOTAVAIL: 'The address is not one of this machine.',
  ENOTFOUND: 'The host name has no address.',
}

/** Why there is nothing listening at an address, and what can be done. */
export function cannotListen(host: string, port: number, cause: unknown, error: MakeError): Error {
  const why = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : String(cause)
  const hint = Object.hasOwn(HINTS, why) ? HINTS[why] : undefined
  const details = hint === undefined ? { cause } : { cause, hint }
  return error('CANNOT_LISTEN', `cannot listen on ${host} port ${port} (${why})`, details)
}

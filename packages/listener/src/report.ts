import type { Peer } from './peer.ts'

/** Hears of an error that no client is told of. */
export type Report = (error: unknown, peer?: Peer) => void

/**
 * Tells the application of errors, and the process of those that nobody takes.
 *
 * @param what has failed, such as `a TCP server`
 * @param code of the warning
 * @param onError the application's own; a process warning without
 */
export function reporter(what: string, code: string, onError?: Report): Report {
  function warn(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    const detail = error instanceof Error ? error.stack : undefined
    process.emitWarning(`${what} failed to serve a client: ${message}`, {
      type: 'GatewrightWarning',
      code,
      ...(detail === undefined ? {} : { detail }),
    })
  }
  if (onError === undefined) return warn
  return (error, peer) => {
    try {
      onError(error, peer)
    } catch (failure) {
      warn(failure)
    }
  }
}

import type { NodeResponse } from './node-request.ts'
import type { RequestView } from './request-view.ts'

/**
 * Calls back once, when a response is over: sent, or never to be.
 *
 * A response that waits behind others of its connection (RFC 9112 section 9.3.2) has no socket yet, and in Node 22 it hears
 * nothing of the end of that. So it listens to the connection as well.
 */
export function whenOver(res: NodeResponse, request: RequestView, then: () => void): void {
  if (res.socket !== null) {
    res.once('close', then)
    return
  }
  const { signal } = request
  const over = () => {
    res.off('close', over)
    signal?.removeEventListener('abort', over)
    then()
  }
  res.once('close', over)
  signal?.addEventListener('abort', over, { once: true })
}

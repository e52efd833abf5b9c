import type { Peer } from '@gatewright/listener'
import { PortalError } from '@gatewright/portal'
import { TcpError } from './errors.ts'
import type { TcpMessages } from './messages.ts'

/** What a client is told whose login ended in a fault: its own, or ours. Ours are reported. */
export function faultAnswer(
  error: unknown,
  { messages, report }: { readonly messages: TcpMessages; report: (error: unknown, peer: Peer) => void },
  peer: Peer,
): string {
  if (error instanceof TcpError) {
    if (error.code === 'INPUT_ENDED') return messages.denied
    if (error.code === 'LINE_TOO_LONG') return messages.tooLong
    // The others come with an end that was announced already.
    return messages.unavailable
  }
  if (error instanceof PortalError) {
    if (error.code === 'OVERLOADED') return messages.overloaded(secondsOf(error.retryAfterMs))
    if (error.code === 'ABORTED' || error.code === 'CLOSED') return messages.unavailable
  }
  report(error, peer)
  return messages.unavailable
}

function secondsOf(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.max(1, Math.ceil(ms / 1000))
}

import type { Attempt } from '@gatewright/portal'

/** An attempt that nobody aborts, unless a signal is given. */
export function attempt(signal: AbortSignal = new AbortController().signal): Attempt {
  return { protocol: 'test', signal, proofs: [] }
}

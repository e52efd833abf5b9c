import type { Attempt, Proof } from '@gatewright/portal'

/** What a law may want to be particular about an attempt. */
export interface Circumstances {
  readonly signal?: AbortSignal
  /** Whom an earlier factor of this login has proven. */
  readonly proven?: string
  /** The last byte of the client's address. @default 1 */
  readonly host?: number
}

/** An attempt as an adapter on a loopback link would make it. */
export function makeAttempt({ signal, proven, host = 1 }: Circumstances = {}): Attempt {
  const proofs: readonly Proof[] =
    proven === undefined ? [] : [{ id: proven, kind: 'publickey', checker: 'first-factor', at: Date.now(), facts: {} }]
  return {
    protocol: 'testkit',
    peer: { address: `127.0.0.${host}`, port: 49_152 },
    secure: true,
    signal: signal ?? new AbortController().signal,
    proofs: Object.freeze(proofs),
  }
}

import { setImmediate as turn } from 'node:timers/promises'

/**
 * How long after its client left an answer may come, in milliseconds, if one answer takes `tookMs`. Generous: what goes on
 * to the end has broken nothing, and what breaks this law never answers.
 */
export function patience(tookMs: number): number {
  return Math.ceil(2_000 + 2 * LEAVERS * tookMs)
}

/** Clients that leave at one moment; enough to use up a small pool of anything. */
export const LEAVERS = 8

/** A signal, and what makes its client leave once the question has been put. */
type Leaver = readonly [signal: AbortSignal, hangUp: () => Promise<void>]

/** When a client may leave. */
export const MOMENTS: readonly (readonly [when: string, leave: () => Leaver])[] = [
  ['before it was called', () => [AbortSignal.abort(), async () => undefined]],
  [
    'in the turn of the event loop in which it was called',
    () => {
      const controller = new AbortController()
      return [controller.signal, async () => controller.abort()]
    },
  ],
  [
    'a turn of the event loop after it was called',
    () => {
      const controller = new AbortController()
      const hangUp = async () => {
        await turn()
        controller.abort()
      }
      return [controller.signal, hangUp]
    },
  ],
]

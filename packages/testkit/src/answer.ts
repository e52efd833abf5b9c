import { isVerdict, PortalError, type Verdict } from '@gatewright/portal'
import { SILENCE, within } from './within.ts'

/** Everything that can come of a call to `check()`: an answer, a fault, something that is no verdict, or nothing. */
export type Answer =
  | Verdict
  | { readonly outcome: 'fault'; readonly error: unknown }
  | { readonly outcome: 'nonsense'; readonly value: unknown }
  | { readonly outcome: 'silence' }

/** How long a law waits for one answer, in milliseconds: as long as a portal would. */
export const ANSWER_MS = 10_000

/** Never throws: what is thrown is an answer too. */
export async function answerOf(check: () => unknown, limitMs: number = ANSWER_MS): Promise<Answer> {
  try {
    const value = await within(limitMs, check)
    if (value === SILENCE) return { outcome: 'silence' }
    return isVerdict(value) ? value : { outcome: 'nonsense', value }
  } catch (error) {
    return { outcome: 'fault', error }
  }
}

/** One comparable word: two answers with the same gist are the same answer. */
export function gist(answer: Answer): string {
  return answer.outcome === 'accept' ? `accept ${String(answer.id)}` : answer.outcome
}

/** Whether an answer says that there is too much to do, which anybody may say. */
export function isOverloaded(answer: Answer): boolean {
  return answer.outcome === 'fault' && answer.error instanceof PortalError && answer.error.code === 'OVERLOADED'
}

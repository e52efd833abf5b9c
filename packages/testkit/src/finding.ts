import type { StoredUser } from '@gatewright/passwords'
import { SILENCE, within } from './within.ts'

/** Everything that can come of a call to `find()`. Whether a found user is one, is for the laws to look at. */
export type Finding =
  | { readonly outcome: 'found'; readonly user: Partial<StoredUser> }
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'fault'; readonly error: unknown }
  | { readonly outcome: 'nonsense'; readonly value: unknown }
  | { readonly outcome: 'silence' }

/** Never throws: what is thrown is a finding too. */
export async function findingOf(find: () => unknown, limitMs: number): Promise<Finding> {
  try {
    const value = await within(limitMs, find)
    if (value === SILENCE) return { outcome: 'silence' }
    if (value === undefined) return { outcome: 'unknown' }
    return typeof value === 'object' && value !== null
      ? { outcome: 'found', user: value }
      : { outcome: 'nonsense', value }
  } catch (error) {
    return { outcome: 'fault', error }
  }
}

/** One comparable word. */
export function summary(finding: Finding): string {
  return finding.outcome === 'found' ? `the user ${String(finding.user.id)}` : finding.outcome
}

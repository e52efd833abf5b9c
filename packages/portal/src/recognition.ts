import { isOffer } from './admissible.ts'
import { type Checker, isOptional } from './checker.ts'
import type { PublicKeyOffer } from './credential-kinds.ts'
import type { PortalError } from './errors.ts'
import { broken } from './faults.ts'
import type { Talk } from './talk.ts'
import type { Waits } from './waits.ts'

/**
 * Asks the checkers of keys, in order, whether a key would do. No avatar can come of it: the talk wants none.
 *
 * @param insist throws when the answer is no longer wanted
 * @throws {PortalError} `CHECKER_UNAVAILABLE` when one broke and no later one said yes: a no would say more than is known
 */
export async function recognize(
  offer: PublicKeyOffer,
  talk: Talk,
  panel: readonly Checker[],
  waits: Waits,
  insist: (talk: Talk) => void,
): Promise<boolean> {
  insist(talk)
  if (!isOffer(offer)) return false
  let fault: PortalError | undefined
  for (const checker of panel) {
    if (!checker.recognizes) continue
    const attempt = talk.attempt()
    try {
      const known: unknown = await waits.bound(checker.recognizes(offer, attempt), attempt)
      if (known === true) return true
      if (known !== false) throw new TypeError('recognizes() answers true or false')
    } catch (error) {
      insist(talk)
      fault = broken(`checker '${checker.name}'`, error)
      if (!isOptional(checker)) break
    }
  }
  if (fault) throw fault
  return false
}

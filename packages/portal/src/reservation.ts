import type { Attempt } from './attempt.ts'
import type { Credential, CredentialKind } from './credential-kinds.ts'
import type { PortalError } from './errors.ts'
import { broken } from './faults.ts'
import { type Admission, asAdmission, type Guard, type HeldBack } from './guard.ts'
import { asVerdict, believed, type Verdict } from './verdict.ts'

/** How a portal waits; see `Waits.bound`. */
type Bound = <T>(work: PromiseLike<T>, late?: (result: T) => unknown) => Promise<T>

/**
 * Asks the guard for a try, before anything is compared: parallel guesses cannot outrun what is charged first.
 *
 * @param lost hears of a try that came too late to be used and could not be given back
 * @throws {PortalError} `CHECKER_UNAVAILABLE`: what cannot be counted is not compared
 */
export async function reserve(
  guard: Guard,
  credential: Credential,
  attempt: Attempt,
  bound: Bound,
  lost: (fault: PortalError) => void,
): Promise<Reservation | HeldBack> {
  try {
    const giveBack = async (late: unknown) => {
      try {
        const admission = asAdmission(late)
        if ('settle' in admission) await admission.settle('fault')
      } catch (error) {
        lost(broken('the guard', error))
      }
    }
    const answer = asAdmission(await bound(Promise.resolve(guard.admit(credential, attempt)), giveBack))
    return 'settle' in answer ? new Reservation(answer) : answer
  } catch (error) {
    throw broken('the guard', error)
  }
}

/** A reserved try, settled exactly once: the first word counts. */
export class Reservation {
  #admission: Admission | undefined

  constructor(admission: Admission) {
    this.#admission = admission
  }

  /** @throws {PortalError} `CHECKER_UNAVAILABLE` when the guard cannot take it down: what was not counted is not granted */
  async settle(verdict: Verdict | 'fault', bound: Bound): Promise<void> {
    const admission = this.#admission
    this.#admission = undefined
    if (!admission) return
    try {
      await bound(admission.settle(verdict))
    } catch (error) {
      throw broken('the guard', error)
    }
  }

  /**
   * The client has left while its credential was compared: the try is settled by what comes of it.
   * @throws {PortalError} as `settle` does
   */
  async settleLate(answer: unknown, kind: CredentialKind, bound: Bound): Promise<void> {
    const verdict = await bound(Promise.resolve(answer))
      .then((given) => believed(asVerdict(given), kind))
      // It was dropped or broke before there was a verdict, so nothing was compared.
      .catch(() => 'fault' as const)
    await this.settle(verdict, bound)
  }
}

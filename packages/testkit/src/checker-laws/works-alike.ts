import assert from 'node:assert/strict'
import { hashingBudget } from '@gatewright/passwords'
import type { CheckerLaw } from '../checker-trial.ts'
import { isPassword } from '../credential.ts'
import { gapBetween } from '../ranks.ts'

const PAIRS = 24
/** Enough to tell, when hashes are slow and the time below has run out. */
const FEWEST_PAIRS = 12
const BUDGET_MS = 2_500

/** What one answer took. */
interface Effort {
  readonly ms: number
  readonly derivations: number
}

const times = (efforts: readonly Effort[]) => efforts.map(({ ms }) => ms)

export const worksAlike: CheckerLaw = {
  name: 'works as hard for a stranger as for a user',
  why: 'a client with a watch that can tell the two apart can list the users (ASVS 6.3.8)',
  hint: 'build on userChecker(), which hashes once for everybody, or compare unknown users with a decoy of the same cost',
  applies: ({ good }) => good.some(([credential]) => isPassword(credential)),
  async hold(trial) {
    const [first] = trial.passwords()
    if (!first) return
    const checker = await trial.create()
    const measure = async (known: boolean): Promise<Effort> => {
      const credential = known ? trial.wrongPassword(first[0]) : trial.stranger()
      const [began, started] = [performance.now(), hashingBudget.started]
      await trial.ask(checker, credential)
      return { ms: performance.now() - began, derivations: hashingBudget.started - started }
    }
    for (const known of [true, false, true, false]) await measure(known)

    const users: Effort[] = []
    const strangers: Effort[] = []
    const began = performance.now()
    while (users.length < FEWEST_PAIRS || (users.length < PAIRS && performance.now() - began < BUDGET_MS)) {
      // Taken in turns, each first as often as second, so that whatever else the machine does befalls both.
      for (const known of users.length % 2 === 0 ? [true, false] : [false, true]) {
        ;(known ? users : strangers).push(await measure(known))
      }
    }

    // Counted where it can be: whoever hashes by @gatewright/passwords does so within its budget.
    const [hashed, strangely] = [users, strangers].map((efforts) =>
      efforts.map(({ derivations }) => derivations).join(' '),
    )
    const counts = `derivations for wrong passwords of a user were ${hashed}, for a stranger's ${strangely}`
    assert.equal(strangely, hashed, trial.broken(counts))

    const gap = gapBetween(times(users), times(strangers))
    const [user, stranger] = (gap?.medians ?? []).map((ms) => `${ms.toFixed(1)} ms`)
    const what = `a wrong password of a user took ${user}, a stranger's ${stranger} (medians of ${users.length})`
    assert.equal(gap, undefined, trial.broken(what))
  },
}

import assert from 'node:assert/strict'
import type { Credential } from '@gatewright/portal'
import { type Answer, gist, isOverloaded } from '../answer.ts'
import type { CheckerLaw } from '../checker-trial.ts'
import { isReusable, label } from '../credential.ts'

const CALLS = 50

interface Question {
  readonly credential: Credential
  readonly id?: string
}

export const keepsCallsApart: CheckerLaw = {
  name: `keeps ${CALLS} parallel calls apart`,
  why: "one client's answer would reach another: a wrong password would log in while a right one is being checked",
  hint: 'keep what belongs to one call in its own variables, never on the checker or its module',
  async hold(trial) {
    const good: readonly Question[] = trial.good.map(([credential, id]) => ({ credential, id }))
    const lasting = good.filter(({ credential }) => isReusable(credential))
    const bad: readonly Question[] = trial.bad.map((credential) => ({ credential }))

    // What each is answered when nobody else asks; the reference for everything that many can ask for at once.
    const alone = new Map<Credential, Answer>()
    const quiet = await trial.create()
    for (const { credential } of [...lasting, ...bad]) alone.set(credential, await trial.ask(quiet, credential))

    const checker = await trial.create()
    const once = good.filter(({ credential }) => !isReusable(credential))
    const cycle = [...lasting, ...bad]
    const questions = [
      ...once,
      ...Array.from({ length: CALLS }, (_, i) => cycle.slice(i % cycle.length)[0] ?? []),
    ].flat()
    await Promise.all(
      questions.slice(0, CALLS).map(async ({ credential, id }, i) => {
        const answer = await trial.ask(checker, credential, { host: i + 1 })
        const expected = alone.get(credential)
        if (isOverloaded(answer) || answer.outcome === 'nonsense') return
        const what = `${label(credential)} was answered with '${gist(answer)}'`
        if (expected) {
          const before = `, but with '${gist(expected)}' when it was alone`
          assert.equal(gist(answer), gist(expected), trial.broken(`${what}${before}`))
        } else if (answer.outcome === 'accept') {
          // Of two codes shown at once the later may spend the earlier, so only whose it is can be told.
          assert.equal(answer.id, id, trial.broken(what))
        }
      }),
    )
  },
}

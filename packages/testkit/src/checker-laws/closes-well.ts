import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { answerOf } from '../answer.ts'
import type { CheckerLaw } from '../checker-trial.ts'
import { isPassword, label } from '../credential.ts'

export const closesWell: CheckerLaw = {
  name: 'closes twice, and opens to nobody by it',
  why: 'a portal that shuts down would fail at it, or let in, in its last moments, whoever asks',
  hint: 'let a second close() do nothing; after it, check() may answer or throw, but must not accept what it refused before',
  async hold(trial) {
    const checker = await trial.create()
    if (checker.close === undefined) return
    const wrong = trial.good.flatMap(([good]) => (isPassword(good) ? [trial.wrongPassword(good)] : []))
    const bad = [...trial.bad, ...wrong]
    const before = new Map<unknown, string>()
    for (const credential of bad) before.set(credential, (await trial.ask(checker, credential)).outcome)

    for (const time of ['first', 'second']) {
      // Whatever close() answers with is no matter here; only that it does.
      const answer = await answerOf(() => checker.close?.())
      assert.notEqual(answer.outcome, 'silence', trial.broken(`the ${time} close() never settled`))
      if (answer.outcome === 'fault') assert.fail(trial.broken(`the ${time} close() threw: ${inspect(answer.error)}`))
    }
    for (const credential of bad) {
      const { outcome } = await trial.ask(checker, credential)
      if (outcome !== 'accept' || before.get(credential) === 'accept') continue
      assert.fail(trial.broken(`once closed, check() accepted ${label(credential)}, which it had not before`))
    }
  },
}

import assert from 'node:assert/strict'
import type { CheckerLaw } from '../checker-trial.ts'
import { label } from '../credential.ts'

export const answersWithVerdicts: CheckerLaw = {
  name: 'answers with verdicts',
  why: 'a portal takes anything else for a fault: a boolean is one forgotten await away from letting everybody in',
  hint: 'return what accept(id), reject(reason) or pass() made',
  async hold(trial) {
    const passwords = trial.passwords().flatMap(([credential]) => [trial.wrongPassword(credential), trial.stranger()])
    const checker = await trial.create()
    for (const credential of [...trial.good.map(([good]) => good), ...trial.bad, ...passwords]) {
      const answer = await trial.ask(checker, credential)
      if (answer.outcome !== 'nonsense') continue
      const what = answer.value === null ? 'null' : typeof answer.value
      assert.fail(trial.broken(`check() answered ${label(credential)} with something of type ${what}`))
    }
  },
}

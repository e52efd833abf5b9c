import assert from 'node:assert/strict'
import type { CheckerLaw } from '../checker-trial.ts'
import { isPassword } from '../credential.ts'

export const answersStrangersAlike: CheckerLaw = {
  name: 'answers a stranger as it answers a wrong password',
  why: 'a client that can tell the two apart can list the users (ASVS 6.3.8)',
  hint: 'an unknown name is an ordinary denial, not an error: look it up, compare with a decoy, and reject or pass',
  applies: ({ good }) => good.some(([credential]) => isPassword(credential)),
  async hold(trial) {
    for (const [credential] of trial.passwords().slice(0, 4)) {
      const checker = await trial.create()
      const wrong = await trial.login(checker, trial.wrongPassword(credential))
      const stranger = await trial.login(checker, trial.stranger())
      const [told, toldStranger] = [wrong, stranger].map(({ status, says }) => `${status} ${says}`.trim())
      const what = `a wrong password ended in '${told}', an unknown name in '${toldStranger}'`
      assert.equal(toldStranger, told, trial.broken(what))
    }
  },
}

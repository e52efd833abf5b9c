import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import type { PublicKeyOffer } from '@gatewright/portal'
import { answerOf } from '../answer.ts'
import { makeAttempt } from '../attempt.ts'
import type { CheckerLaw } from '../checker-trial.ts'
import { isPublicKey, label } from '../credential.ts'
import { strangerName } from '../names.ts'

export const recognizesItsKeys: CheckerLaw = {
  name: 'recognizes the keys that it accepts',
  why: 'clients offer a key before they sign with it: one that is not recognized is never used',
  hint: 'let recognizes() ask the same question as check(), and answer true or false',
  applies: ({ good }) => good.some(([credential]) => isPublicKey(credential)),
  async hold(trial) {
    const checker = await trial.create()
    if (!checker.recognizes) return
    for (const [credential] of trial.good) {
      if (!isPublicKey(credential)) continue
      for (const username of [credential.username, strangerName()]) {
        const offer: PublicKeyOffer = { username, key: credential.key }
        const answer = await answerOf(() => checker.recognizes?.(offer, makeAttempt()))
        const said = answer.outcome === 'nonsense' ? answer.value : answer.outcome
        const whose: string = `${label(credential)}, offered by ${JSON.stringify(username)}`
        const what: string = `recognizes() answered ${inspect(said)} about the key of ${whose}`
        assert.equal(said, username === credential.username, trial.broken(what))
      }
    }
  },
}

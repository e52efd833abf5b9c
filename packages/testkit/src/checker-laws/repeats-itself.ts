import assert from 'node:assert/strict'
import type { Credential } from '@gatewright/portal'
import { gist } from '../answer.ts'
import type { CheckerLaw } from '../checker-trial.ts'
import { isPassword, isReusable, label } from '../credential.ts'

export const repeatsItself: CheckerLaw = {
  name: 'answers alike whatever it was asked before',
  why: 'a login that succeeded would open the door to the next, or one that failed would close it',
  hint: 'decide about the credential at hand alone; counting failures is the work of a guard, in the portal',
  applies: ({ good }) => good.some(([credential]) => isReusable(credential)),
  async hold(trial) {
    for (const [right] of trial.good.filter(([credential]) => isReusable(credential)).slice(0, 2)) {
      const wrong: Credential | undefined = isPassword(right)
        ? trial.wrongPassword(right)
        : trial.bad.find(({ kind }) => kind === right.kind)
      const order = wrong ? [right, wrong, right, wrong, wrong, right] : [right, right, right]
      const alone = new Map<Credential, string>()
      for (const credential of new Set(order))
        alone.set(credential, gist(await trial.ask(await trial.create(), credential)))

      const checker = await trial.create()
      for (const [i, credential] of order.entries()) {
        const answer = gist(await trial.ask(checker, credential))
        const which = `${label(credential)} (${credential === right ? 'right' : 'wrong'})`
        const what = `${which} was answered with '${answer}' as number ${i + 1}, but with '${alone.get(credential)}' when asked first`
        assert.equal(answer, alone.get(credential), trial.broken(what))
      }
    }
  },
}

import assert from 'node:assert/strict'
import type { Checker, Credential } from '@gatewright/portal'
import { gist } from '../answer.ts'
import type { CheckerLaw, CheckerTrial } from '../checker-trial.ts'
import { isReusable, label, nameIn, renamed } from '../credential.ts'

export const acceptsGood: CheckerLaw = {
  name: 'accepts every good credential as exactly its id',
  why: 'users are shut out, or come in as somebody else',
  hint: 'return accept(id) with the canonical id as it is stored, not with the name as it was typed',
  async hold(trial) {
    const lasting = await trial.create()
    for (const [credential, id] of trial.good) {
      // What is good once, is good once for each checker.
      const next = async () => (isReusable(credential) ? lasting : await trial.create())
      const answer = await trial.ask(await next(), credential)
      if (answer.outcome === 'nonsense') continue
      const what = `check() answered ${label(credential)} with '${gist(answer)}'`
      assert.equal(gist(answer), `accept ${id}`, trial.broken(what))

      await insistOnLogin(trial, await next(), credential, id)
      // The portal hands on one form of a name, whichever the client's keyboard made.
      const name = nameIn(credential)
      const decomposed = name?.normalize('NFD')
      if (name === undefined || decomposed === undefined || decomposed === name) continue
      await insistOnLogin(trial, await next(), renamed(credential, decomposed) ?? credential, id)
    }
  },
}

async function insistOnLogin(trial: CheckerTrial, checker: Checker, credential: Credential, id: string): Promise<void> {
  const login = await trial.login(checker, credential, id)
  const ended = `${login.status} ${String(login.id ?? login.says)}`
  assert.equal(ended, `granted ${id}`, trial.broken(`in a portal ${label(credential)} ended in '${ended}'`))
}

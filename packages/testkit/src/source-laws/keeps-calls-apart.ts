import assert from 'node:assert/strict'
import { summary } from '../finding.ts'
import type { UserSourceLaw } from '../source-trial.ts'

const CALLS = 50

export const keepsCallsApart: UserSourceLaw = {
  name: `keeps ${CALLS} parallel calls apart`,
  why: 'one client would be compared with the password of another, and come in as that user',
  hint: 'keep what belongs to one call in its own variables, never on the source, its cursor or its module',
  async hold(trial) {
    const names = [...trial.names(), ...trial.subject.unknown]
    const alone = new Map<string, string>()
    const quiet = await trial.create()
    for (const name of names) alone.set(name, summary(await trial.find(quiet, name)))

    const source = await trial.create()
    await Promise.all(
      Array.from({ length: CALLS }, async (_, i) => {
        const name = names[i % names.length] ?? ''
        const found = summary(await trial.find(source, name, { host: i + 1 }))
        const what = `find(${JSON.stringify(name)}) came to '${found}', but to '${alone.get(name)}' when it was alone`
        assert.equal(found, alone.get(name), trial.broken(what))
      }),
    )
  },
}

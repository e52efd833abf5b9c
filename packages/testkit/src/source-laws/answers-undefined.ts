import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { strangerName } from '../names.ts'
import type { UserSourceLaw } from '../source-trial.ts'

export const answersUndefined: UserSourceLaw = {
  name: 'answers undefined for the unknown',
  why: 'an error would say "unavailable" for a mistyped name, and anything else would be taken for a user',
  hint: 'return undefined, neither null nor an empty user, when no row, line or entry was found',
  async hold(trial) {
    const source = await trial.create()
    for (const name of [...trial.subject.unknown, strangerName()]) {
      const finding = await trial.find(source, name)
      if (finding.outcome === 'unknown') continue
      const { outcome } = finding
      const came = outcome === 'fault' ? finding.error : outcome === 'nonsense' ? finding.value : outcome
      assert.fail(trial.broken(`find(${JSON.stringify(name)}) came to ${outcome}: ${inspect(came)}`))
    }
  },
}

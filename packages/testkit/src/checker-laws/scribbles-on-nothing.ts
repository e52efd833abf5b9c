import assert from 'node:assert/strict'
import type { Attempt, Credential } from '@gatewright/portal'
import { answerOf } from '../answer.ts'
import { makeAttempt } from '../attempt.ts'
import type { CheckerLaw } from '../checker-trial.ts'
import { copyOf, isPassword, label } from '../credential.ts'

/** Everything a checker could change, as values. Secrets are compared, never shown. */
function snapshot(credential: Credential, { signal, ...attempt }: Attempt): readonly unknown[] {
  const own = (value: object) => Reflect.ownKeys(value).map((key) => [key, Reflect.get(value, key) as unknown])
  const bytes = credential.kind === 'publickey' ? Buffer.from(credential.key.blob).toString('hex') : undefined
  const secret = isPassword(credential) ? credential.password : undefined
  return [
    own(credential),
    bytes,
    secret,
    own(attempt),
    { ...attempt.peer },
    [...attempt.proofs],
    Reflect.ownKeys(signal),
  ]
}

export const scribblesOnNothing: CheckerLaw = {
  name: 'leaves credential and attempt as they were',
  why: 'the next checker in the chain is asked about the same objects, and would decide about something else',
  hint: 'copy what you need to change',
  async hold(trial) {
    const checker = await trial.create()
    for (const credential of [...trial.good.map(([good]) => good), ...trial.bad]) {
      const [shown, attempt] = [copyOf(credential), makeAttempt()]
      const before = snapshot(shown, attempt)
      await answerOf(() => checker.check(shown, attempt))
      let same = true
      try {
        assert.deepEqual(snapshot(shown, attempt), before)
      } catch {
        same = false
      }
      assert.ok(same, trial.broken(`check() changed ${label(credential)}, or the attempt that it came with`))
    }
  },
}

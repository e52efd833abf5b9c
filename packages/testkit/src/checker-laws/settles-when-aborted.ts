import assert from 'node:assert/strict'
import { gist } from '../answer.ts'
import type { CheckerLaw } from '../checker-trial.ts'
import { label } from '../credential.ts'
import { LEAVERS, MOMENTS, patience } from '../leaving.ts'

export const settlesWhenAborted: CheckerLaw = {
  name: 'settles when its attempt is aborted, and works on',
  why: 'clients that hang up would pile up unfinished checks, until nothing is left for those who wait',
  hint: 'hand attempt.signal to whatever can take it; on abort settle in any way, and give back what you hold',
  async hold(trial) {
    const [first] = trial.good
    const [bad] = trial.bad
    if (!first || !bad) return
    const [credential] = first
    const began = performance.now()
    const control = gist(await trial.ask(await trial.create(), credential))

    const limitMs = patience(performance.now() - began)
    const checker = await trial.create()
    for (const [when, leave] of MOMENTS) {
      await Promise.all(
        Array.from({ length: LEAVERS }, async () => {
          const [signal, hangUp] = leave()
          const answer = trial.ask(checker, bad, { signal, limitMs })
          await hangUp()
          const what = `no answer about ${label(bad)} within ${limitMs} ms of an abort ${when}`
          assert.notEqual((await answer).outcome, 'silence', trial.broken(what))
        }),
      )
    }
    const after = gist(await trial.ask(checker, credential))
    const what = `after clients had left, ${label(credential)} was answered with '${after}'`
    assert.equal(after, control, trial.broken(what))
  },
}

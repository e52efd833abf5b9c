import assert from 'node:assert/strict'
import { summary } from '../finding.ts'
import { LEAVERS, MOMENTS, patience } from '../leaving.ts'
import type { UserSourceLaw } from '../source-trial.ts'

export const settlesWhenAborted: UserSourceLaw = {
  name: 'settles when its attempt is aborted, and works on',
  why: 'clients that hang up would pile up unfinished queries, until nothing is left for those who wait',
  hint: 'hand attempt.signal to whatever can take it; on abort settle in any way, and give back what you hold',
  async hold(trial) {
    const [name = ''] = trial.names()
    const began = performance.now()
    const control = summary(await trial.find(await trial.create(), name))
    const limitMs = patience(performance.now() - began)
    const source = await trial.create()
    for (const [when, leave] of MOMENTS) {
      await Promise.all(
        Array.from({ length: LEAVERS }, async () => {
          const [signal, hangUp] = leave()
          const finding = trial.find(source, name, { signal, limitMs })
          await hangUp()
          const what = `no answer from find(${JSON.stringify(name)}) within ${limitMs} ms of an abort ${when}`
          assert.notEqual((await finding).outcome, 'silence', trial.broken(what))
        }),
      )
    }
    const after = summary(await trial.find(source, name))
    const what = `after clients had left, find(${JSON.stringify(name)}) came to '${after}'`
    assert.equal(after, control, trial.broken(what))
  },
}

import assert from 'node:assert/strict'
import { printed } from '../secrets.ts'
import type { UserSourceLaw } from '../source-trial.ts'

/** Does to a user, and to everything in it, whatever its holder could do. */
function corrupt(value: object): void {
  for (const key of Object.keys(value)) {
    const inner: unknown = Reflect.get(value, key)
    if (typeof inner === 'object' && inner !== null) corrupt(inner)
    // False for what is frozen, which is as good as a copy.
    if (!Reflect.set(value, key, 'corrupted')) Reflect.deleteProperty(value, key)
  }
  Reflect.set(value, 'blocked', 'locked')
}

export const keepsItsOwn: UserSourceLaw = {
  name: 'hands out users that nobody can corrupt',
  why: 'a slip in one checker would change who can log in, and as whom, until the server is restarted',
  hint: 'make a new object for every find(), or freeze what is stored, lists included',
  async hold(trial) {
    const source = await trial.create()
    for (const name of trial.names()) {
      const before = await trial.find(source, name)
      const text = printed(before)
      if (before.outcome === 'found') corrupt(before.user)
      const after = printed(await trial.find(source, name))
      const what = `what the caller did to the found user shows when find(${JSON.stringify(name)}) is called again`
      assert.ok(text === after, trial.broken(what))
    }
  },
}

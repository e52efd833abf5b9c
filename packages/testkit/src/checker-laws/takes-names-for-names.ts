import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { type Credential, password } from '@gatewright/portal'
import type { Answer } from '../answer.ts'
import type { CheckerLaw, CheckerTrial } from '../checker-trial.ts'
import { nameIn, renamed } from '../credential.ts'
import { hostileNames, strangerName } from '../names.ts'
import { keepingPrototypes } from '../prototypes.ts'

/** What a property of an object may look like once it is compared as text. */
const GUESSES: readonly string[] = ['x', 'undefined', '[object Object]']

export const takesNamesForNames: CheckerLaw = {
  name: "treats hostile names like any stranger's",
  why: 'names such as __proto__ find something in a plain object, others in a path, a pattern or a query',
  hint: 'keep users in a Map, bind names as parameters, check what a path is made of, and compare names exactly',
  applies: ({ good }) => good.some(([credential]) => nameIn(credential) !== undefined),
  async hold(trial) {
    // Whether it writes where these names lead is a law by itself.
    await keepingPrototypes(async () => {
      const kinds = new Map(trial.good.map(([credential]) => [credential.kind, credential]))
      for (const credential of kinds.values()) await presentAll(trial, credential)
    })
  },
}

async function presentAll(trial: CheckerTrial, credential: Credential): Promise<void> {
  const proof = renamed(credential, strangerName())
  if (!proof) return
  const control = await trial.ask(await trial.create(), proof)
  const checker = await trial.create()
  for (const name of hostileNames(trial.names())) {
    const guesses = credential.kind === 'password' && name in {} ? GUESSES : []
    for (const presented of [renamed(credential, name) ?? proof, ...guesses.map((guess) => password(name, guess))]) {
      const { outcome, ...rest }: Answer = await trial.ask(checker, presented)
      if (outcome === control.outcome) continue
      const whom = `a ${presented.kind} credential of ${JSON.stringify(name)}`
      assert.notEqual(outcome, 'accept', trial.broken(`check() accepted ${whom}`))
      assert.notEqual(outcome, 'fault', trial.broken(`check() threw at ${whom}: ${inspect(rest)}`))
    }
  }
}

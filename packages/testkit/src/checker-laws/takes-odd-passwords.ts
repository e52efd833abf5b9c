import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { password } from '@gatewright/portal'
import type { CheckerLaw } from '../checker-trial.ts'
import { isPassword, label } from '../credential.ts'

/** What a client may send for a password. The portal holds back some of them; a checker copes with the rest. */
const ODD: readonly (readonly [what: string, password: string])[] = [
  ['an empty password', ''],
  ['1,024 bytes', 'a'.repeat(1024)],
  ['1,024 bytes of four each', '\u{1f511}'.repeat(256)],
  ['1,025 bytes', 'a'.repeat(1025)],
  ['NUL', '\0'],
  ['NUL and more', '\0more'],
  ['a lone surrogate', '\ud800'],
  ['a space', ' '],
  ['a line end', '\r\n'],
  ['a colon', ':'],
  ['an empty JSON object', '{}'],
  ['the word undefined', 'undefined'],
  ['the word null', 'null'],
]

export const takesOddPasswords: CheckerLaw = {
  name: 'takes odd passwords for wrong ones',
  why: 'a password that breaks the checker is a way to break it for everybody, or to slip past a comparison',
  hint: 'expect any string of 1 to 1,024 bytes of UTF-8, NUL included',
  applies: ({ good }) => good.some(([credential]) => isPassword(credential)),
  async hold(trial) {
    const [first] = trial.passwords()
    if (!first) return
    const right = new Set(trial.passwords().map(([credential]) => credential.password))
    for (const wrong of [trial.wrongPassword(first[0]), trial.stranger()]) {
      const checker = await trial.create()
      if ((await trial.login(checker, wrong)).status !== 'refused') continue
      for (const [what, typed] of ODD) {
        if (right.has(typed)) continue
        const { status, error } = await trial.login(checker, password(wrong.username, typed))
        const fault = error === undefined ? '' : `: ${inspect(error)}`
        assert.equal(status, 'refused', trial.broken(`${label(wrong)} with ${what} ended in '${status}'${fault}`))
      }
    }
  },
}

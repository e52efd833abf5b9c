import assert from 'node:assert/strict'
import { password } from '@gatewright/portal'
import type { CheckerLaw } from '../checker-trial.ts'
import { isPassword, label } from '../credential.ts'

/** The same password, nearly. What normalisation may legitimately do (RFC 8265 section 4.2) is not among them. */
function nearly(right: string): readonly (readonly [what: string, password: string])[] {
  return [
    ['one byte longer', `${right}x`],
    ['with the last character missing', right.slice(0, -1)],
    ['with the first character missing', right.slice(1)],
    ['cut to eight characters', right.slice(0, 8)],
    ['followed by a space', `${right} `],
    ['after a space', ` ${right}`],
    ['followed by a line end', `${right}\n`],
    ['followed by NUL', `${right}\0`],
    ['followed by NUL and more', `${right}\0more`],
    ['in capitals', right.toUpperCase()],
    ['in small letters', right.toLowerCase()],
    ['twice', `${right}${right}`],
  ]
}

export const comparesToTheLastByte: CheckerLaw = {
  name: 'compares passwords to the last byte',
  why: 'a guess that is nearly right must be worth nothing; ASVS 6.2.8 asks for passwords exactly as received',
  hint: 'neither trim, cut, fold nor split; bcrypt stops at 72 bytes and C strings at NUL, so refuse what lies beyond',
  applies: ({ good }) => good.some(([credential]) => isPassword(credential)),
  async hold(trial) {
    const known = new Set(trial.passwords().map(([{ username, password: right }]) => JSON.stringify([username, right])))
    for (const [credential] of trial.passwords().slice(0, 3)) {
      const checker = await trial.create()
      if ((await trial.ask(checker, trial.wrongPassword(credential))).outcome === 'accept') continue
      const variants = new Map(nearly(credential.password).map(([what, typed]) => [typed, what]))
      for (const [typed, what] of variants) {
        if (typed === '' || known.has(JSON.stringify([credential.username, typed]))) continue
        const { outcome } = await trial.ask(checker, password(credential.username, typed))
        assert.notEqual(outcome, 'accept', trial.broken(`check() accepted ${label(credential)}, ${what}`))
      }
    }
  },
}

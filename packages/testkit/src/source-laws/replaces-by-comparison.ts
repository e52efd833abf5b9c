import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { UserSource } from '@gatewright/passwords'
import { strangerName } from '../names.ts'
import type { UserSourceLaw, UserSourceTrial } from '../source-trial.ts'

const CALLERS = 20

/** A stored string in the form of RFC 9106 as the PHC format writes it; nobody's password matches it. */
function storedString(): string {
  const base64 = (bytes: number) => randomBytes(bytes).toString('base64').replaceAll('=', '')
  return `$argon2id$v=19$m=19456,t=2,p=1$${base64(16)}$${base64(32)}`
}

async function stored(trial: UserSourceTrial, source: UserSource, name: string): Promise<string | undefined> {
  const finding = await trial.find(source, name)
  return finding.outcome === 'found' ? finding.user.password : undefined
}

export const replacesByComparison: UserSourceLaw = {
  name: 'replaces a password only if it is still the one that was read',
  why: 'a login that renews its hash would undo the password change that was made at the same moment',
  hint: 'compare and write in one step: UPDATE ... WHERE id = ? AND password = ?, and true only if a row was changed',
  async hold(trial) {
    const source = await trial.create()
    const replace = async (id: string, previous: string, next: string) => source.replacePassword?.(id, previous, next)
    for (const [name, id] of trial.subject.known) {
      const original = await stored(trial, source, name)
      if (source.replacePassword === undefined || original === undefined) continue

      assert.equal(
        await replace(id, storedString(), storedString()),
        false,
        trial.broken(`a wrong previous was taken for ${id}`),
      )
      assert.ok((await stored(trial, source, name)) === original, trial.broken(`a refused change changed ${id}`))
      const nobody = await replace(strangerName(), original, storedString())
      assert.equal(nobody, false, trial.broken('the password of an id that nobody has was replaced'))

      const offers = Array.from({ length: CALLERS }, storedString)
      const taken = await Promise.all(offers.map((next) => replace(id, original, next)))
      try {
        const wins = taken.filter((won) => won === true).length
        const what = `of ${CALLERS} callers with the right previous, ${wins} were told that they replaced it, not 1`
        assert.equal(wins, 1, trial.broken(what))
        assert.ok(
          taken.every((won) => typeof won === 'boolean'),
          trial.broken('it answers neither true nor false'),
        )
        const kept = (await stored(trial, source, name)) === offers[taken.indexOf(true)]
        assert.ok(kept, trial.broken('what is stored is not what the one caller who won wrote'))
      } finally {
        const now = await stored(trial, source, name)
        if (now !== undefined && now !== original) await replace(id, now, original)
      }
      assert.ok(
        (await stored(trial, source, name)) === original,
        trial.broken(`the password of ${id} could not be put back`),
      )
    }
  },
}

import assert from 'node:assert/strict'
import { prepareUsername } from '@gatewright/portal'
import { summary } from '../finding.ts'
import { strangerName } from '../names.ts'
import type { UserSourceLaw } from '../source-trial.ts'

/** Names that a source may fold into one, as an option, but then into one user. */
const folded = (name: string) => [name.toUpperCase(), name.toLowerCase(), name.normalize('NFD')]

/** Names that are others, whatever a source folds. */
const others = (name: string) => [
  `${name}x`,
  name.slice(0, -1),
  name.slice(1),
  `${name} `,
  ` ${name}`,
  `${name.slice(0, -1)}_`,
  `${name.slice(0, 1)}%`,
  `${name.slice(0, 1)}*`,
  `${name}\0`,
]

export const keepsNamesExact: UserSourceLaw = {
  name: 'takes a name for one user or for none',
  why: 'whoever can be reached under two names is counted, locked and given a second factor twice',
  hint: 'compare whole names; a source that folds case folds what it stores as well, and answers with the stored id',
  async hold(trial) {
    const ids = new Map(trial.subject.known)
    const source = await trial.create()
    const { outcome: stranger } = await trial.find(source, strangerName())
    for (const [name] of trial.subject.known) {
      const own = summary(await trial.find(source, name))
      for (const variant of folded(name)) {
        if (ids.has(variant)) continue
        const finding = await trial.find(source, variant)
        const what = `find(${JSON.stringify(variant)}) came to '${summary(finding)}', but ${JSON.stringify(name)} is ${own}`
        assert.ok(finding.outcome === stranger || summary(finding) === own, trial.broken(what))
      }
      for (const variant of others(name)) {
        if (ids.has(variant) || variant === '') continue
        const finding = await trial.find(source, variant)
        // What no portal lets through may also be thrown at.
        if (prepareUsername(variant) === undefined && finding.outcome === 'fault') continue
        const what = `find(${JSON.stringify(variant)}) came to '${summary(finding)}', by a name that nobody has`
        assert.equal(finding.outcome, stranger, trial.broken(what))
      }
    }
  },
}

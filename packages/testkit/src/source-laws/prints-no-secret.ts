import assert from 'node:assert/strict'
import { overhear } from '../overhear.ts'
import { printed, tells } from '../secrets.ts'
import type { UserSourceLaw } from '../source-trial.ts'

/** Shorter than this, a stored string could stand in any sentence by chance. */
const TELLING = 8

export const printsNoSecret: UserSourceLaw = {
  name: 'shows no stored password, in print or in errors',
  why: 'hashes in a log can be guessed at leisure, by everyone who reads it',
  hint: 'print nothing, leave rows and connection strings out of errors, and keep what is stored in private fields',
  async hold(trial) {
    const secrets: string[] = []
    const faults: unknown[] = []
    const heard = await overhear(async () => {
      const source = await trial.create()
      for (const name of [...trial.names(), ...trial.subject.unknown]) {
        const finding = await trial.find(source, name)
        if (finding.outcome === 'fault') faults.push(finding.error)
        if (finding.outcome !== 'found') continue
        const { password, ha1 } = finding.user
        const texts: readonly unknown[] = [password, ...(Array.isArray(ha1) ? ha1.map(({ hash }) => hash) : [])]
        secrets.push(...texts.filter((text) => typeof text === 'string').filter(({ length }) => length >= TELLING))
      }
      if (!trial.subject.sabotage) return
      const broken = await trial.create()
      await trial.subject.sabotage()
      for (const name of trial.names()) {
        const finding = await trial.find(broken, name)
        if (finding.outcome === 'fault') faults.push(finding.error)
      }
    })
    assert.ok(!tells(heard, secrets), trial.broken('a stored password was printed while users were looked up'))
    for (const fault of faults)
      assert.ok(!tells(printed(fault), secrets), trial.broken('a stored password is in an error'))
  },
}

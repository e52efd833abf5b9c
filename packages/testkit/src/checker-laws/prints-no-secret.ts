import assert from 'node:assert/strict'
import type { CheckerLaw } from '../checker-trial.ts'
import { isPassword } from '../credential.ts'
import { overhear } from '../overhear.ts'
import { tells } from '../secrets.ts'
import { provoke } from './provoke.ts'

export const printsNoSecret: CheckerLaw = {
  name: 'prints no password',
  why: 'what is printed is kept: in terminals, journals and the logs of others',
  hint: 'print nothing at all: the portal reports every login to its observers',
  applies: ({ good }) => good.some(([credential]) => isPassword(credential)),
  async hold(trial) {
    let secrets: readonly string[] = []
    const heard = await overhear(async () => {
      ;({ secrets } = await provoke(trial))
    })
    assert.ok(!tells(heard, secrets), trial.broken('a password was printed while credentials were checked'))
  },
}

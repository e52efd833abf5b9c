import { scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { pass } from '@gatewright/portal'
import { type CheckerSpecimen, honest, subjectOf, USERS } from '../../specimen-checker.ts'

const derive = promisify<string, string, number, { N: number }, Buffer>(scrypt)

/** Has no reason to hash for somebody who does not exist. */
export const specimen: CheckerSpecimen = {
  breaks: 'works as hard for a stranger as for a user',
  subject: subjectOf(() => ({
    async check(credential) {
      if (!USERS.has(credential.username)) return pass()
      await derive(credential.password, 'salt', 32, { N: 2 ** 12 })
      return honest(credential)
    },
  })),
}

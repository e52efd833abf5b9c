import { hash, verify } from '@gatewright/passwords'
import { accept, pass, reject } from '@gatewright/portal'
import { type CheckerSpecimen, subjectOf, USERS } from '../../specimen-checker.ts'

const stored: ReadonlyMap<string, string> = new Map(
  await Promise.all([...USERS].map(async ([name, right]) => [name, await hash(right)] as const)),
)

/** Calls `verify()` itself, where `userChecker()` would have known what is due to strangers. */
export const specimen: CheckerSpecimen = {
  breaks: 'works as hard for a stranger as for a user',
  subject: subjectOf(() => ({
    async check({ username, password }) {
      const known = stored.get(username)
      if (known === undefined) return pass()
      return (await verify(known, password)) === 'match' ? accept(username) : reject('wrong password')
    },
  })),
}

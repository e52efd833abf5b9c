import { hash } from '@gatewright/passwords'
import { DATA, REALM } from '../settings/house-settings.ts'
import { digestsOf } from '../users/digests-of.ts'
import { newPassword } from '../users/new-password.ts'
import { noSuchUser } from '../users/no-such-user.ts'
import { withUsers } from '../users/open-users.ts'
import { userName } from '../users/user-name.ts'
import type { Subcommand } from './subcommand.ts'
import { ALLOW_SHORT } from './users-add.ts'

export const usersPasswd: Subcommand = {
  name: 'users passwd',
  operands: ['NAME'],
  summary: 'give a user another password; it is asked for, or read from standard input',
  settings: [DATA, REALM],
  options: [ALLOW_SHORT],
  async run({ operands: [typed = ''], options, settings, caller: { input, out, err, now } }) {
    const name = userName(typed)
    return await withUsers(settings.get(DATA), {}, async (users) => {
      if (users.find(name) === undefined) throw noSuchUser(name)
      const password = await newPassword(name, { input, write: err, allowShort: options.allowShort === true })
      const digests = digestsOf(name, password, settings.get(REALM))
      if (!users.setPassword(name, await hash(password), now(), digests)) throw noSuchUser(name)
      out(`changed the password of ${name}\n`)
      return 0
    })
  },
}

import { Option } from '@gatewright/auth-option'
import { hash } from '@gatewright/passwords'
import { GatehouseError } from '../errors.ts'
import { DATA, REALM } from '../settings/house-settings.ts'
import { digestsOf } from '../users/digests-of.ts'
import { newPassword } from '../users/new-password.ts'
import { withUsers } from '../users/open-users.ts'
import { userName } from '../users/user-name.ts'
import type { Subcommand } from './subcommand.ts'

export const ALLOW_SHORT: Option = new Option('--allow-short', 'take a password of less than 8 characters')

export const usersAdd: Subcommand = {
  name: 'users add',
  operands: ['NAME'],
  summary: 'add a user; the password is asked for, or read from standard input',
  settings: [DATA, REALM],
  options: [ALLOW_SHORT],
  async run({ operands: [typed = ''], options, settings, caller: { input, out, err, now } }) {
    const name = userName(typed)
    return await withUsers(settings.get(DATA), { create: true }, async (users) => {
      if (users.find(name) !== undefined) throw exists(name)
      const password = await newPassword(name, { input, write: err, allowShort: options.allowShort === true })
      // Somebody else may have added the same name while this password was typed.
      const digests = digestsOf(name, password, settings.get(REALM))
      if (!users.add(name, await hash(password), now(), digests)) throw exists(name)
      out(`added ${name}\n`)
      return 0
    })
  },
}

const exists = (name: string) =>
  new GatehouseError('USER_EXISTS', `there is a user ${name} already`, {
    hint: `gatehouse users passwd ${name} gives them another password.`,
  })

import { Option } from '@gatewright/auth-option'
import { GatehouseError } from '../errors.ts'
import { DATA } from '../settings/house-settings.ts'
import { Keyboard } from '../terminal/keyboard.ts'
import { noSuchUser } from '../users/no-such-user.ts'
import { withUsers } from '../users/open-users.ts'
import { userName } from '../users/user-name.ts'
import type { Caller, Subcommand } from './subcommand.ts'

export const usersRemove: Subcommand = {
  name: 'users remove',
  operands: ['NAME'],
  summary: 'remove a user; a terminal is asked first',
  settings: [DATA],
  options: [new Option('-y, --yes', 'do not ask')],
  async run({ operands: [typed = ''], options, settings, caller }) {
    const name = userName(typed)
    return await withUsers(settings.get(DATA), {}, async (users) => {
      if (users.find(name) === undefined) throw noSuchUser(name)
      if (options.yes !== true && caller.input.isTTY === true) await confirm(name, caller)
      if (!users.remove(name)) throw noSuchUser(name)
      caller.out(`removed ${name}\n`)
      return 0
    })
  },
}

async function confirm(name: string, { input, err }: Caller): Promise<void> {
  const keyboard = new Keyboard(input, err)
  try {
    const answer = (await keyboard.ask(`Remove ${name}? [y/N] `, 'shown')).toString().trim().toLowerCase()
    if (answer === 'y' || answer === 'yes') return
  } finally {
    keyboard.close()
  }
  throw new GatehouseError('CANCELLED', `${name} was not removed`, { hint: 'Answer y, or give --yes.' })
}

import { DATA } from '../settings/house-settings.ts'
import { noSuchUser } from '../users/no-such-user.ts'
import { withUsers } from '../users/open-users.ts'
import { readKeys } from '../users/read-keys.ts'
import { userName } from '../users/user-name.ts'
import type { Subcommand } from './subcommand.ts'

export const usersKeysAdd: Subcommand = {
  name: 'users keys add',
  operands: ['NAME', 'FILE'],
  summary: 'add the public keys in a file, as in authorized_keys; - is standard input',
  settings: [DATA],
  async run({ operands: [typed = '', path = ''], settings, caller: { input, cwd, out, now } }) {
    const name = userName(typed)
    return await withUsers(settings.get(DATA), {}, async (users) => {
      if (users.find(name) === undefined) throw noSuchUser(name)
      const keys = await readKeys(path, { cwd, input })
      const outcomes = users.keys.add(name, keys, now())
      // Removed while the keys were read.
      if (outcomes === undefined) throw noSuchUser(name)
      for (const [index, { fingerprint }] of keys.entries()) out(`${outcomes[index]} ${fingerprint}\n`)
      return 0
    })
  },
}

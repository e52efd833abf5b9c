import { GatehouseError } from '../errors.ts'
import { DATA } from '../settings/house-settings.ts'
import type { ListedKey } from '../users/key-table.ts'
import { noSuchUser } from '../users/no-such-user.ts'
import { withUsers } from '../users/open-users.ts'
import { userName } from '../users/user-name.ts'
import type { Subcommand } from './subcommand.ts'

export const usersKeysRemove: Subcommand = {
  name: 'users keys remove',
  operands: ['NAME', 'KEY'],
  summary: 'remove a key of a user, by its fingerprint or its comment',
  settings: [DATA],
  async run({ operands: [typed = '', wanted = ''], settings, caller: { out } }) {
    const name = userName(typed)
    return await withUsers(settings.get(DATA), {}, async (users) => {
      if (users.find(name) === undefined) throw noSuchUser(name)
      const { fingerprint } = theOne(users.keys.list(name), wanted, name)
      if (!users.keys.remove(name, fingerprint)) throw noSuchKey(name)
      out(`removed ${fingerprint}\n`)
      return 0
    })
  },
}

/** A comment may be anybody's fingerprint: only what is no fingerprint here is looked for among the comments. */
function theOne(keys: readonly ListedKey[], wanted: string, name: string): ListedKey {
  const exact = keys.find(({ fingerprint }) => fingerprint === wanted)
  if (exact !== undefined) return exact
  const [found, another] = keys.filter(({ comment }) => comment === wanted && comment !== '')
  if (found === undefined) throw noSuchKey(name)
  if (another === undefined) return found
  throw new GatehouseError('NO_SUCH_KEY', `${name} has several keys of this comment`, {
    hint: `Name one by its fingerprint: gatehouse users keys list ${name} shows them.`,
  })
}

const noSuchKey = (name: string) =>
  new GatehouseError('NO_SUCH_KEY', `${name} has no such key`, {
    hint: `gatehouse users keys list ${name} shows their fingerprints and comments.`,
  })

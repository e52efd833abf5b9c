import { Option } from '@gatewright/auth-option'
import { DATA } from '../settings/house-settings.ts'
import type { ListedKey } from '../users/key-table.ts'
import { noSuchUser } from '../users/no-such-user.ts'
import { withUsers } from '../users/open-users.ts'
import { userName } from '../users/user-name.ts'
import { columns, secondOf } from './columns.ts'
import type { Subcommand } from './subcommand.ts'

export const usersKeysList: Subcommand = {
  name: 'users keys list',
  operands: ['NAME'],
  summary: 'list the keys of a user by their fingerprints',
  settings: [DATA],
  options: [new Option('--json', 'as JSON, with the whole lines, for programs')],
  async run({ operands: [typed = ''], options, settings, caller: { out } }) {
    const name = userName(typed)
    return await withUsers(settings.get(DATA), {}, async (users) => {
      if (users.find(name) === undefined) throw noSuchUser(name)
      const list = users.keys.list(name)
      if (options.json === true) out(`${JSON.stringify(list.map(plain), null, 2)}\n`)
      else out(columns(['FINGERPRINT', 'ADDED', 'COMMENT'], list.map(shown)))
      return 0
    })
  },
}

const plain = ({ fingerprint, comment, line, addedAt }: ListedKey): object => ({
  fingerprint,
  comment,
  line,
  added: addedAt.toISOString(),
})

const shown = ({ fingerprint, comment, addedAt }: ListedKey): readonly string[] => [
  fingerprint,
  secondOf(addedAt),
  printable(comment),
]

/** Whoever made the key chose the comment: it must not write to the terminal of whoever lists it. */
const printable = (comment: string): string => comment.replaceAll(/\p{C}/gu, '?')

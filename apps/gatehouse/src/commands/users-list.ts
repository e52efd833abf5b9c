import { Option } from '@gatewright/auth-option'
import { DATA } from '../settings/house-settings.ts'
import { withUsers } from '../users/open-users.ts'
import type { ListedUser } from '../users/user-table.ts'
import { columns, secondOf } from './columns.ts'
import type { Subcommand } from './subcommand.ts'

export const usersList: Subcommand = {
  name: 'users list',
  summary: 'list the users',
  settings: [DATA],
  options: [new Option('--json', 'as JSON, for programs')],
  async run({ options, settings, caller: { out } }) {
    return await withUsers(settings.get(DATA), {}, async (users) => {
      const list = users.list()
      out(
        options.json === true
          ? `${JSON.stringify(list.map(plain), null, 2)}\n`
          : columns(['NAME', 'CREATED', 'STATE'], list.map(shown)),
      )
      return 0
    })
  },
}

const plain = ({ id, blocked, createdAt, updatedAt }: ListedUser): object => ({
  name: id,
  state: blocked ?? 'active',
  created: createdAt.toISOString(),
  updated: updatedAt.toISOString(),
})

const shown = ({ id, blocked, createdAt }: ListedUser): readonly string[] => [
  id,
  secondOf(createdAt),
  blocked ?? 'active',
]

import { Option } from '@gatewright/auth-option'
import { DATA } from '../settings/house-settings.ts'
import { withUsers } from '../users/open-users.ts'
import type { ListedUser } from '../users/user-table.ts'
import type { Subcommand } from './subcommand.ts'

export const usersList: Subcommand = {
  name: 'users list',
  summary: 'list the users',
  settings: [DATA],
  options: [new Option('--json', 'as JSON, for programs')],
  async run({ options, settings, caller: { out } }) {
    return await withUsers(settings.get(DATA), {}, async (users) => {
      const list = users.list()
      out(options.json === true ? `${JSON.stringify(list.map(plain), null, 2)}\n` : columns(list))
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

function columns(list: readonly ListedUser[]): string {
  const rows = [
    ['NAME', 'CREATED', 'STATE'] as const,
    ...list.map(({ id, blocked, createdAt }) => [id, secondOf(createdAt), blocked ?? 'active'] as const),
  ]
  const [nameWidth, createdWidth] = [0, 1].map((column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))))
  const padded = (text: string, width = 0) => text + ' '.repeat(Math.max(0, width - widthOf(text)))
  return rows
    .map(([name, created, state]) => `${padded(name, nameWidth)}  ${padded(created, createdWidth)}  ${state}\n`)
    .join('')
}

/** Code points, not UTF-16 units. */
const widthOf = (text: string): number => Array.from(text).length

const secondOf = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, 'Z')

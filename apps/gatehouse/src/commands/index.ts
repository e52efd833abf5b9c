import { serve } from './serve.ts'
import type { Subcommand } from './subcommand.ts'
import { usersAdd } from './users-add.ts'
import { usersKeysAdd } from './users-keys-add.ts'
import { usersKeysList } from './users-keys-list.ts'
import { usersKeysRemove } from './users-keys-remove.ts'
import { usersList } from './users-list.ts'
import { usersPasswd } from './users-passwd.ts'
import { usersRemove } from './users-remove.ts'

/** Everything that gatehouse can be told to do, in the order of `--help`. */
export const SUBCOMMANDS: readonly Subcommand[] = [
  serve,
  usersAdd,
  usersList,
  usersRemove,
  usersPasswd,
  usersKeysAdd,
  usersKeysList,
  usersKeysRemove,
]

/** What the words in front of the last one are about. */
export const GROUPS: ReadonlyMap<string, string> = new Map([
  ['users', 'who may log in'],
  ['users keys', 'the SSH keys of a user'],
])

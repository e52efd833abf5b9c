import { serve } from './serve.ts'
import type { Subcommand } from './subcommand.ts'
import { usersAdd } from './users-add.ts'
import { usersList } from './users-list.ts'
import { usersPasswd } from './users-passwd.ts'
import { usersRemove } from './users-remove.ts'

/** Everything that gatehouse can be told to do, in the order of `--help`. */
export const SUBCOMMANDS: readonly Subcommand[] = [serve, usersAdd, usersList, usersRemove, usersPasswd]

/** What the first word of those with two is about. */
export const GROUPS: ReadonlyMap<string, string> = new Map([['users', 'who may log in']])

import type { Outcome } from './commands/command.ts'
import { COMMANDS } from './commands/index.ts'

/** What POSIX shells answer for a command that is not found. */
const NOT_FOUND = 127

/**
 * Runs what was typed: words between blanks, the first of which is a command. There are no quotes, variables or pipes.
 *
 * @returns `undefined` when nothing was typed
 */
export function runLine(
  line: string,
  { id, screen }: { readonly id: string; readonly screen: boolean },
): Outcome | undefined {
  const [name, ...args] = line.split(/\s+/u).filter((word) => word !== '')
  if (name === undefined) return undefined
  const command = COMMANDS.find((known) => known.name === name)
  if (command !== undefined) return command.run({ args, id, screen, commands: COMMANDS })
  return { code: NOT_FOUND, err: `${name}: no such command; try help\n` }
}

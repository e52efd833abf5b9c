import type { Command } from './command.ts'

export const quit: Command = {
  name: 'quit',
  usage: 'quit',
  summary: 'leave; so does Ctrl-D',
  run: () => ({ code: 0, out: 'Goodbye.\n', quit: true }),
}

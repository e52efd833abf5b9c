import type { Command } from './command.ts'

export const whoami: Command = {
  name: 'whoami',
  usage: 'whoami',
  summary: 'who is logged in',
  run: ({ id }) => ({ code: 0, out: `${id}\n` }),
}

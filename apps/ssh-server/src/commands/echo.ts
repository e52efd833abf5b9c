import type { Command } from './command.ts'

export const echo: Command = {
  name: 'echo',
  usage: 'echo WORDS',
  summary: 'say them again',
  run: ({ args }) => ({ code: 0, out: `${args.join(' ')}\n` }),
}

import type { Command } from './command.ts'

export const clear: Command = {
  name: 'clear',
  usage: 'clear',
  summary: 'clear the screen',
  // ECMA-48: the cursor to the first place, then everything from there on erased. A pipe has nothing to clear.
  run: ({ screen }) => ({ code: 0, out: screen ? '\x1b[H\x1b[2J' : '' }),
}

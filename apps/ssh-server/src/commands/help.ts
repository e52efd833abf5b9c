import type { Command } from './command.ts'

export const help: Command = {
  name: 'help',
  usage: 'help',
  summary: 'this list',
  run({ commands }) {
    const width = Math.max(...commands.map(({ usage }) => usage.length))
    return { code: 0, out: commands.map(({ usage, summary }) => `${usage.padEnd(width)}  ${summary}\n`).join('') }
  },
}

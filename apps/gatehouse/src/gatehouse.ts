import { readFileSync } from 'node:fs'
import { createCommand, Option, type Program, parseCommand, printProblem, UsageError } from '@gatewright/auth-option'
import type { Command } from 'commander'
import { GROUPS, SUBCOMMANDS } from './commands/index.ts'
import type { Caller, Subcommand } from './commands/subcommand.ts'
import { GatehouseError } from './errors.ts'
import { SETTINGS } from './settings/config.ts'
import { readConfigFile } from './settings/config-file.ts'
import type { Setting } from './settings/setting.ts'
import { Settings } from './settings/settings.ts'
import type { Input } from './terminal/input.ts'

/** What a shell answers for a program that Ctrl-C ended: 128 and the number of SIGINT. */
const INTERRUPTED = 130

/** What the program takes from the process beside its {@link Surroundings}. */
export interface GatehouseOptions {
  /** Where passwords are read from. @default process.stdin */
  readonly input?: Input
  /** The clock. */
  readonly now?: () => Date
}

/**
 * The program, to be run by `runMain`. Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 130 interrupted at a
 * question.
 */
export function gatehouse({ input, now = () => new Date() }: GatehouseOptions = {}): Program {
  return async (surroundings) => {
    // Not before it is needed: looking at standard input opens it.
    const caller: Caller = {
      ...surroundings,
      now,
      get input() {
        return input ?? process.stdin
      },
    }
    try {
      return await run(caller)
    } catch (error) {
      if (error instanceof GatehouseError && error.code === 'INTERRUPTED') return INTERRUPTED
      return printProblem(error, caller.err)
    }
  }
}

async function run(caller: Caller): Promise<number> {
  let code = 0
  const root = createCommand('gatehouse', caller)
    .helpCommand(false)
    .description('One user database, and every door.')
    .version(version(), '-V, --version', 'show the version')
  for (const subcommand of SUBCOMMANDS) {
    describe(root, subcommand).action(async (...typed: unknown[]) => {
      // The last argument of an action is its command.
      code = await perform(subcommand, typed.at(-1) as Command, caller)
    })
  }
  await parseCommand(root, caller.args)
  return code
}

function describe(root: Command, { name, operands = [], summary, settings, options = [] }: Subcommand): Command {
  const words = name.split(' ')
  const group = words.slice(0, -1).reduce((above, _, index) => groupOf(above, words.slice(0, index + 1)), root)
  const command = group.command(words.at(-1) ?? name)
  command.description(summary).option('--config <FILE>', 'default: gatehouse.config.ts or .json, where it is started')
  for (const setting of settings) command.addOption(optionOf(setting))
  for (const option of options) command.addOption(option)
  // Counted in `perform`, which can tell what a word too many may have been meant as.
  command.allowExcessArguments(true)
  for (const operand of operands) command.argument(`<${operand}>`)
  return command
}

/** What has further words behind it, such as `users`. */
function groupOf(above: Command, words: readonly string[]): Command {
  const name = words.at(-1) ?? ''
  const found = above.commands.find((command) => command.name() === name)
  return (
    found ??
    above
      .command(name)
      .helpCommand(false)
      .description(GROUPS.get(words.join(' ')) ?? '')
  )
}

function optionOf({ flags, help, repeatable }: Setting<unknown>): Option {
  const option = new Option(flags, help)
  return repeatable === true
    ? option.argParser((value: string, earlier: readonly string[] | undefined) => [...(earlier ?? []), value])
    : option
}

async function perform(subcommand: Subcommand, command: Command, caller: Caller): Promise<number> {
  const operands = command.args
  insistOnCount(subcommand, operands.length)
  const options: Record<string, unknown> = command.opts()
  const wanted = typeof options.config === 'string' ? options.config : undefined
  const file = await readConfigFile(wanted, { cwd: caller.cwd, known: SETTINGS.map(({ key }) => key) })
  const settings = new Settings(options, file, caller.cwd)
  // The whole file, whatever this command needs of it: mistakes are found when they are made.
  settings.check(SETTINGS)
  return await subcommand.run({ operands, options, settings, caller })
}

/** Nothing of what was typed is repeated: it is likely to be a password. */
function insistOnCount({ name, operands = [] }: Subcommand, count: number): void {
  if (count <= operands.length) return
  if (operands.length === 0) {
    throw new UsageError('BAD_OPTION', `gatehouse ${name} takes options only`, {
      hint: `gatehouse ${name} --help lists them.`,
    })
  }
  throw new UsageError('BAD_OPTION', `gatehouse ${name} takes one ${operands.join(' and one ')}`, {
    hint: 'A password is never an argument, where every process list shows it: it is asked for, or piped in.',
  })
}

function version(): string {
  const manifest: { readonly version: string } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  )
  return manifest.version
}

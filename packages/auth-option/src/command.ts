import { Command, CommanderError } from 'commander'
import { UsageError } from './errors.ts'
import { printable } from './printable.ts'
import type { Surroundings } from './surroundings.ts'

/** The same on a terminal, in a pipe and in a test. */
const HELP_WIDTH = 100

/**
 * A commander command that writes where it is told, never ends the process, and leaves errors to {@link parseCommand}.
 * Commands made by its `command()` are like it.
 */
export function createCommand(name: string, { out, err }: Pick<Surroundings, 'out' | 'err'>): Command {
  return new Command(name)
    .exitOverride()
    .helpOption('-h, --help', 'show this text')
    .configureOutput({
      writeOut: out,
      writeErr: err,
      outputError: () => undefined,
      getOutHelpWidth: () => HELP_WIDTH,
      getErrHelpWidth: () => HELP_WIDTH,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
}

/**
 * Parses arguments, and runs the action of the command that they name, if it has one.
 *
 * @returns `shown` when all that was asked for was help or the version
 * @throws {UsageError} `BAD_OPTION` for what commander does not understand; what an action throws passes
 */
export async function parseCommand(command: Command, args: readonly string[]): Promise<'parsed' | 'shown'> {
  try {
    await command.parseAsync([...args], { from: 'user' })
    return 'parsed'
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return 'shown'
    throw misunderstood(command.name(), error)
  }
}

function misunderstood(program: string, { code, message }: CommanderError): UsageError {
  const [said = '', suggestion] = message.replace(/^error: /, '').split('\n(')
  const meant = suggestion?.replace(/\)$/, '')
  const hint = `${meant === undefined ? '' : `${meant} `}${program} --help lists what there is.`
  return new UsageError('BAD_OPTION', problemOf(code, said), { hint })
}

/** In words of our own where commander would repeat what was typed: a stray argument is likely to be a list of passwords. */
function problemOf(code: string, said: string): string {
  switch (code) {
    case 'commander.excessArguments':
      return 'there is an argument too many; it belongs to no option'
    case 'commander.unknownOption':
      return `there is no option ${optionIn(said)}`
    case 'commander.help':
      return 'a command is missing'
    default:
      return printable(said)
  }
}

/** `unknown option '--atuh=memory:ada:sesame'`: the option, without what was meant for it. */
function optionIn(said: string): string {
  const typed = said.slice(said.indexOf("'") + 1, said.lastIndexOf("'"))
  const option = typed.startsWith('--') ? typed.split('=', 1)[0] : typed.slice(0, 2)
  return printable(option ?? '', 64)
}

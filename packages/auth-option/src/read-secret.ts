import { type Environment, readArgument } from './argument.ts'
import { parseArgument } from './auth-spec.ts'
import { UsageError } from './errors.ts'

/**
 * The secret that an option names by `@env:NAME` or `@file:PATH`. Written out it would be in every process list, so that is
 * refused.
 *
 * @param option as it is typed, for messages: `--secret`
 * @throws {UsageError} `BAD_OPTION` for one that is written out, `BAD_SPEC` and `BAD_ARGUMENT` as for `--auth`
 */
export async function readSecret(
  option: string,
  text: string,
  { cwd, env }: { readonly cwd: string; readonly env: Environment },
): Promise<string> {
  const argument = parseArgument(text, option)
  if (argument.from !== 'literal') return await readArgument(argument, cwd, env)
  throw new UsageError('BAD_OPTION', `${option}: a secret on the command line is in every process list`, {
    hint: `Write ${option} @env:NAME, the name of a variable, or ${option} @file:PATH.`,
  })
}
